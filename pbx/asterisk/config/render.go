package config

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"text/template"
)

//go:embed templates/*.conf
var files embed.FS

// Asterisk warns about each of these when it is missing, although an empty one
// says all there is to say.
var empty = []string{
	"acl.conf", "ccss.conf", "cli.conf", "cli_aliases.conf", "cli_permissions.conf",
	"codecs.conf", "dsp.conf", "features.conf", "pjproject.conf", "udptl.conf",
	"websocket_client.conf",
}

// page is what the templates see.
type page struct {
	Options
	Etc, Var, Spool, Lib, Share, Sbin string
	Recordings, Ringback, Records     string
	Modules                           []string
	Realm                             string
	Tries                             int
}

// Render writes the configuration below o.Out/etc and makes the folders below
// o.Out/var. The files hold passwords and are readable by the owner only.
// Nothing is written when o is not valid.
func Render(o Options) error {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return err
	}
	p := o.page()
	for _, m := range p.Modules {
		file := filepath.Join(p.Lib, "modules", m+".so")
		if _, err := os.Stat(file); o.Tree != "" && err != nil {
			return fmt.Errorf("asterisk config: tree lacks a module: %w", err)
		}
	}
	if err := makeFolders(p); err != nil {
		return err
	}
	if err := ensureMusic(p.Music); err != nil {
		return err
	}
	if err := replace(filepath.Join(p.Ringback, "ringback.wav"), wav(ringback())); err != nil {
		return err
	}
	rendered, err := p.render()
	if err != nil {
		return err
	}
	for name, text := range rendered {
		if err := replace(filepath.Join(p.Etc, name), text); err != nil {
			return err
		}
	}
	return nil
}

func (o Options) page() page {
	usr := path.Join("/", o.Tree, "usr")
	p := page{
		Options: o,
		Etc:     path.Join(o.Out, "etc"),
		Var:     path.Join(o.Out, "var"),
		Lib:     path.Join(usr, "lib/x86_64-linux-gnu/asterisk"),
		Share:   path.Join(usr, "share/asterisk"),
		Sbin:    path.Join(usr, "sbin"),
		Modules: modules,
		Realm:   Realm,
		Tries:   o.Wait / o.Retry,
	}
	p.Spool = path.Join(p.Var, "spool")
	p.Records = filepath.Base(o.CallRecords())
	p.Ringback = path.Join(p.Var, "ringback")
	p.Recordings = path.Join(p.Spool, "recording/yihaotong")
	return p
}

// render returns the text of every file by its name.
func (p page) render() (map[string][]byte, error) {
	t, err := template.New("").Option("missingkey=error").ParseFS(files, "templates/*.conf")
	if err != nil {
		return nil, fmt.Errorf("asterisk config: parse templates: %w", err)
	}
	names, err := fs.Glob(files, "templates/*.conf")
	if err != nil {
		return nil, fmt.Errorf("asterisk config: list templates: %w", err)
	}
	out := map[string][]byte{"cdr.conf": []byte("[general]\nenable = no\n")}
	for _, name := range empty {
		out[name] = nil
	}
	for _, name := range names {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, path.Base(name), p); err != nil {
			return nil, fmt.Errorf("asterisk config: render %s: %w", path.Base(name), err)
		}
		out[path.Base(name)] = b.Bytes()
	}
	return out, nil
}

func makeFolders(p page) error {
	for _, dir := range []string{
		p.Etc, p.Recordings, p.Ringback, p.Music,
		path.Join(p.Var, "lib/agi-bin"), path.Join(p.Var, "db"), path.Join(p.Var, "keys/keys"),
		path.Join(p.Var, "run"), path.Dir(p.CallRecords()), path.Join(p.Var, "sounds"),
		path.Join(p.Spool, "tmp"), path.Join(p.Spool, "outgoing"), path.Join(p.Spool, "monitor"),
	} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return fmt.Errorf("asterisk config: make folder: %w", err)
		}
	}
	return nil
}

// replace writes a file so that a running Asterisk never reads half of it.
func replace(name string, text []byte) error {
	tmp := name + ".new"
	if err := os.WriteFile(tmp, text, 0o600); err != nil {
		return fmt.Errorf("asterisk config: write: %w", err)
	}
	if err := os.Rename(tmp, name); err != nil {
		return fmt.Errorf("asterisk config: put in place: %w", err)
	}
	return nil
}

// Command returns the command that runs Asterisk, or another program of the
// tree, with the configuration rendered to out: no args start it in the
// foreground, "-rx", "core show uptime" asks the running one. A program of an
// unpacked tree runs through the tree's own loader, because its libraries are
// newer than the system's.
func Command(tree, out string, args ...string) *exec.Cmd {
	args = append([]string{"-C", filepath.Join(out, "etc/asterisk.conf")}, args...)
	return Program(tree, "sbin/asterisk", args...)
}

// Program returns the command that runs usr/name of a tree.
func Program(tree, name string, args ...string) *exec.Cmd {
	program := filepath.Join("/", tree, "usr", name)
	if tree == "" {
		return exec.Command(program, args...)
	}
	loader := filepath.Join(tree, "usr/lib64/ld-linux-x86-64.so.2")
	libraries := filepath.Join(tree, "usr/lib/x86_64-linux-gnu")
	return exec.Command(loader, append([]string{"--library-path", libraries, program}, args...)...)
}
