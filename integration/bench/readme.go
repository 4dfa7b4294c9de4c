package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The text between these lines of a README is ours to replace.
const (
	beginMark = "<!-- bench:begin -->"
	endMark   = "<!-- bench:end -->"
)

// replaceBetween puts text between the marks of a document.
func replaceBetween(document, text string) (string, error) {
	head, rest, begins := strings.Cut(document, beginMark)
	_, foot, ends := strings.Cut(rest, endMark)
	if !begins || !ends {
		return "", fmt.Errorf("it does not hold %s and then %s", beginMark, endMark)
	}
	return head + beginMark + "\n" + strings.TrimSpace(text) + "\n" + endMark + foot, nil
}

// updateReadmes writes the report into the READMEs that exist, each in its
// language.
func updateReadmes(root string, r results) error {
	var errs []error
	for name, lang := range map[string]language{"README.md": english, "README.zh-CN.md": chinese} {
		file := filepath.Join(root, name)
		old, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			var text string
			if text, err = replaceBetween(string(old), r.markdown(lang)); err == nil {
				err = os.WriteFile(file, []byte(text), 0o644) //nolint:gosec // a document for everybody
			}
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("update %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}
