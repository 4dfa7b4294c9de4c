// Package console holds the built front end. Its sources lie in this folder
// too; make builds them into dist.
package console

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// App serves the console: its files, and the page itself for every other
// address, which the page's own router understands.
type App struct {
	files  fs.FS
	packed packed
	index  []byte // nil: the front end has not been built
}

// Handler returns the console as it was when the program was built.
func Handler() *App {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return Of(files)
}

// Of serves another build.
func Of(files fs.FS) *App {
	index, err := fs.ReadFile(files, "index.html")
	if err != nil {
		index = nil
	}
	return &App{files: files, packed: packAll(files), index: index}
}

// Built reports whether there is a front end.
func (h *App) Built() bool { return h.index != nil }

// ServeHTTP implements http.Handler.
func (h *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if h.index == nil {
		notBuilt(w)
		return
	}
	if info, err := fs.Stat(h.files, name); err == nil && !info.IsDir() && name != "index.html" && !hidden(name) {
		// What Vite puts into assets has its content's hash in its name.
		w.Header().Set("Cache-Control", "no-cache")
		if strings.HasPrefix(name, "assets/") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		if !h.packed.serve(w, r, name) {
			http.ServeFileFS(w, r, h.files, name)
		}
		return
	}
	if path.Ext(name) != "" && name != "index.html" {
		w.Header().Set("Cache-Control", "no-store")
		http.NotFound(w, r) // a file of another build: the page must not be taken for it
		return
	}
	w.Header().Set("Cache-Control", "no-cache")
	if !h.packed.serve(w, r, "index.html") {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(h.index)
	}
}

func hidden(name string) bool { return strings.HasPrefix(path.Base(name), ".") }

// notBuilt says what to do.
func notBuilt(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte(notBuiltPage))
}

const notBuiltPage = `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>一号通</title>
<style>body{font:15px/1.7 sans-serif;max-width:42em;margin:12vh auto;padding:0 1em;color:#222}
code{background:#f2f3f5;padding:.1em .4em;border-radius:3px}</style></head><body>
<h1>一号通正在运行，但控制台界面尚未构建</h1>
<p>话务与接口不受影响。请在源码目录执行 <code>make front</code>（或在 <code>web/console</code> 下执行
<code>npm ci &amp;&amp; npm run build</code>），重新编译程序后刷新本页。接口说明见 <a href="/docs/">/docs</a>。</p>
<p lang="en">Yihaotong is running, but its console has not been built. Calls and API work. Run <code>make front</code> in the source tree
(or <code>npm ci &amp;&amp; npm run build</code> in <code>web/console</code>), compile the program again and reload this page.
The API is described at <a href="/docs/">/docs</a>.</p>
</body></html>
`
