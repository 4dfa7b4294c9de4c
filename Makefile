# Yihaotong (一号通). The work is done by the scripts in scripts/; this file names it.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run call test bench lint front build install clean clean-data

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, start everything with a demo city, place a sample call
	@scripts/run.sh

call: ## one more caller for the running hotline (FROM=, TO=, KEYS=, SAY=)
	@scripts/call.sh

test: ## install what is missing, run every test and lint there is
	@scripts/test.sh

bench: ## measure latencies and load on this machine (a report, not a test)
	@scripts/bench.sh

lint: ## golangci-lint, front-end lint and type check
	@scripts/install.sh front tools
	@scripts/lint.sh

front: ## build the console into web/console/dist
	@scripts/install.sh front
	@npm --prefix web/console run build

build: front ## build the console and the program (var/bin/yihaotong)
	@mkdir -p var/bin
	@go build -o var/bin/yihaotong ./cmd/yihaotong

install: ## install everything the other targets may need
	@scripts/install.sh services phone asterisk speech browser front tools

clean: ## remove what was built, keep data
	@rm -rf var/bin var/run/front
	@find web/console/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true

clean-data: ## remove the demo's database, recordings and logs (asks first)
	@scripts/clean-data.sh
