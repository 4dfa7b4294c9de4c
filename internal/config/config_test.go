package config_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/config"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "yihaotong.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNothingSetIsEnoughToStartFrom(t *testing.T) {
	t.Chdir(t.TempDir())
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := filepath.Abs("var/data")
	if c.HTTP.Addr != "127.0.0.1:12328" || c.Data.Dir != dir || c.Asterisk.App != "yihaotong" ||
		c.Speech.Engine != "espeak" || c.Session.Idle != 30*time.Minute || len(c.Node.Roles) != 3 || c.Node.ID == "" ||
		c.Asterisk.Recordings != filepath.Join(dir, "recordings") || c.Asterisk.Qualify != 30*time.Second {
		t.Errorf("defaults: %+v", c)
	}
}

func TestEnvironmentWinsOverFile(t *testing.T) {
	path := write(t, "http:\n  addr: 0.0.0.0:80\nlog: {level: debug}\nnode:\n  roles: web\n")
	c, err := config.Load(path, []string{"YHT_HTTP_ADDR=127.0.0.1:81", "YHT_LOG_LEVEL=", "HOME=/home/x"})
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTP.Addr != "127.0.0.1:81" || c.Log.Level != slog.LevelDebug || !reflect.DeepEqual(c.Node.Roles, []string{"web"}) {
		t.Errorf("%+v", c)
	}
}

func TestPhoneAddressesFollowFromTheSwitch(t *testing.T) {
	c, err := config.Load(write(t, ""), []string{"YHT_ASTERISK_URL=https://u:p@pbx.example:8089"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Asterisk.WS != "wss://pbx.example:8089/ws" || c.Asterisk.SIP != "pbx.example:5060" {
		t.Errorf("%+v", c.Asterisk)
	}
}

func TestAllMistakesAreToldAtOnceWithTheirPlace(t *testing.T) {
	path := write(t, "http:\n  adr: x\n  addr: nowhere\nredis: 7\nlog:\n  level: [a]\npostgres:\n  url:\n    host: x\n")
	_, err := config.Load(path, []string{"YHT_ASTERISK_URL=http://pbx:8088", "YHT_SPEECH=say", "YHT_SESSION_IDLE=never", "YHT_ROLES=calls,kitchen", "YHT_DATA_DIR=/d", "YHT_ASTERISK_QUALIFY=0"})
	e, ok := errors.AsType[*config.Error](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	all := strings.Join(e.Problems, "\n")
	for _, want := range []string{
		path + `:2: there is no setting "http.adr"`, path + ":4: expected keys", path + ":6: log.level must be a single value",
		path + ":8: postgres.url must be a single value",
		"YHT_ASTERISK_URL: asterisk.url must hold user and password", "YHT_SPEECH: speech.engine must be",
		"YHT_SESSION_IDLE: session.idle must be a time", "YHT_ROLES", `"kitchen"`, "YHT_ASTERISK_QUALIFY: asterisk.qualify must be a time",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("not told: %s\n%s", want, all)
		}
	}
}

func TestBadValueInFileIsToldWithItsLine(t *testing.T) {
	path := write(t, "# ours\nhttp:\n  addr: 12328\n")
	_, err := config.Load(path, nil)
	if err == nil || !strings.Contains(err.Error(), path+":3: http.addr must be host:port") {
		t.Errorf("got %v", err)
	}
}

func TestBrokenAndMissingFilesAreErrorsNotDefaults(t *testing.T) {
	for _, text := range []string{"http: [", "\t- x", "http:\n  addr: a:1\n  addr: a:2\n", "\xff\xfe", "just words", "- a\n- b"} {
		if _, err := config.Load(write(t, text), nil); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	if _, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"), nil); err == nil {
		t.Error("a file that was named and is not there was passed over")
	}
}

func TestSlipsInVariableNamesAreNoticed(t *testing.T) {
	c, err := config.Load(write(t, ""), []string{"YHT_HTTP_ADR=x:1", "YHT_TEST_REQUIRED=1", "YHT_CHROMIUM=/c", "YHT_REDIS_URL=redis://r:1/0"})
	if err != nil || !reflect.DeepEqual(c.Unknown, []string{"YHT_HTTP_ADR"}) {
		t.Errorf("unknown %v, %v", c.Unknown, err)
	}
}

func TestRequireNamesWhatIsMissing(t *testing.T) {
	c, err := config.Load(write(t, ""), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = c.Require("postgres.url", "asterisk.url", "redis.url")
	e, ok := errors.AsType[*config.Error](err)
	if !ok || len(e.Problems) != 2 || !strings.Contains(err.Error(), "YHT_POSTGRES_URL") || !strings.Contains(err.Error(), "YHT_ASTERISK_URL") {
		t.Errorf("got %v", err)
	}
}

func TestPasswordsNeverReachLogOrError(t *testing.T) {
	environ := []string{
		"YHT_POSTGRES_URL=postgres://u:geheim@h/d?password=geheim", "YHT_REDIS_URL=redis://:geheim@h/0",
		"YHT_ASTERISK_URL=http://u:geheim@h:8088", "YHT_SPEECH=http://u:geheim@h/tts",
	}
	c, err := config.Load(write(t, ""), environ)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("configuration", "config", c)
	if strings.Contains(log.String(), "geheim") || !strings.Contains(log.String(), "u:xxxxx@h:8088") {
		t.Errorf("log: %s", log.String())
	}
	_, err = config.Load(write(t, ""), []string{"YHT_POSTGRES_URL=mysql://u:geheim@h/d", "YHT_REDIS_URL=redis://u:geheim@h:x:y"})
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("error: %v", err)
	}
}

func TestHelpNamesEveryVariableOnce(t *testing.T) {
	for _, name := range []string{"YHT_HTTP_ADDR", "YHT_POSTGRES_URL", "YHT_SPEECH", "YHT_NODE"} {
		if strings.Count(config.Help(), name+" ") != 1 {
			t.Errorf("%s is not told once", name)
		}
	}
}
