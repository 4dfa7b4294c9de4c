package web

import (
	"embed"
	"io/fs"
)

//go:embed docs
var docs embed.FS

// docsFiles are the page that renders /openapi.json for people; it needs
// nothing from outside.
func docsFiles() fs.FS {
	sub, err := fs.Sub(docs, "docs")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}
