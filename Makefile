# Everything a newcomer or the CI needs. Node 20 or later of the machine only bootstraps (it runs npm once);
# all else runs on the Node pinned in package-lock.json.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: help install web-ui dist run test bench bench-admin screenshots vrrp-lab emulator emulator-run emulator-pair image firmware-lint check types lint layers unused shell format keywords clean

ARCHITECTURE := $(shell uname -m | sed -e 's/^x86_64$$/x64/' -e 's/^amd64$$/x64/' -e 's/^aarch64$$/arm64/')
NODE_BIN := $(CURDIR)/node_modules/node-linux-$(ARCHITECTURE)/bin
NODE := $(NODE_BIN)/node
STAMP := node_modules/.installed
export PATH := $(NODE_BIN):$(PATH)

# `make test FILES="test/http/*.test.ts"` runs some of the tests, `make bench ARGS=--json` passes arguments on.
FILES ?=
ARGS ?=

help:
	@echo 'make run     start two small origins and the proxy on 127.0.0.1, and tell what to try (Ctrl-C stops all)'
	@echo 'make web-ui  build the pages of the web interface, and tell their sizes (run and test do it when it is due)'
	@echo 'make dist    one executable each for x64 and arm64, as dist/mahalo-linux-* (needs binutils for both)'
	@echo 'make test    run the tests              (FILES="test/http/*.test.ts" for some of them)'
	@echo 'make bench   measure against haproxy    (ARGS="--json" for machines)'
	@echo 'make bench-admin  measure the web interface: memory, and how long the overview takes'
	@echo 'make screenshots  pictures of every page into ./screenshots (ARGS="--only services"; --readme: those of README.md)'
	@echo 'make vrrp-lab  measure fail-overs against keepalived, as root (ARGS="--only partition --rounds 3")'
	@echo 'make emulator  the firmware as an image for QEMU, out of Debian 12 packages (in about two minutes)'
	@echo 'make emulator-run  the firmware in QEMU: console here, ports forwarded (ARGS="--disk FILE" keeps what it knows)'
	@echo 'make emulator-pair  two of them, one address: one is killed, the other goes on (ARGS=--stay keeps both)'
	@echo 'make image BOARD=nanopi-r3s  the firmware for a board, by Buildroot, hours on the first time (docs/firmware.md)'
	@echo 'make check   types, lint, layers, unused code, shell scripts, the firmware'
	@echo 'make format  rewrite the sources in the house format'
	@echo 'make keywords  write docs/keywords.md and docs/keepalived-keywords.md anew, from the registries'
	@echo 'make install fetch the packages of package-lock.json (the others do it by themselves)'
	@echo 'make clean   remove what was installed'

install: $(STAMP)

# Versions and checksums are those of package-lock.json. ("npm ci" would add nothing but to insist that the registry also
# carries every optional binary of every other platform, which mirrors often do not.) No install script of any package
# runs: koffi, swc and node come prebuilt. tap generates its test class once ("tap build"); left to itself it would do so
# in the middle of the first run, and fail that run.
$(STAMP): package-lock.json package.json .taprc
	npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
	@test -x '$(NODE)' || { echo 'no node for this machine: $(NODE)' >&2; exit 1; }
	'$(NODE)' node_modules/.bin/tap build
	@touch '$@'

# The pages, as files that `mahalo admin` hands out.
WEB_UI := web-ui/dist/build.txt
$(WEB_UI): $(STAMP) web-ui/build.ts web-ui/index.html $(shell find web-ui/src -type f)
	'$(NODE)' web-ui/build.ts

web-ui: $(WEB_UI)

# One executable: Node, our code, the pages. Either of them can be made on any machine.
DIST := dist/mahalo-linux-x64 dist/mahalo-linux-arm64
$(DIST): dist/mahalo-linux-%: $(STAMP) $(WEB_UI) $(shell find src scripts/dist -type f) scripts/build-executable.ts scripts/node-options
	'$(NODE)' scripts/build-executable.ts '$*'

dist: $(DIST)

run: $(STAMP) $(WEB_UI)
	@exec '$(NODE)' scripts/run-demo.ts $(ARGS)

# Tests of the firmware start its image in QEMU, where there is one; they are among those that FILES names, or all run.
TESTED_IMAGE := $(if $(and $(or $(if $(FILES),,all),$(findstring firmware,$(FILES))),$(shell command -v qemu-system-aarch64)),emulator)

test: $(STAMP) $(WEB_UI) $(TESTED_IMAGE)
	@exec '$(NODE)' scripts/run-tests.ts $(FILES)

bench: $(STAMP)
	@exec '$(NODE)' test/bench/main.ts $(ARGS)

bench-admin: $(STAMP)
	@exec '$(NODE)' test/bench/admin/main.ts $(ARGS)

screenshots: $(STAMP) $(WEB_UI)
	@exec '$(NODE)' scripts/screenshots.ts $(ARGS)

# Finds out by itself what is due, and names, or installs (as root), the Debian packages it needs.
emulator: dist/mahalo-linux-arm64
	@'$(NODE)' firmware/emulator/image/main.ts $(ARGS)

emulator-run: emulator
	@exec '$(NODE)' firmware/emulator/run/main.ts $(ARGS)

emulator-pair: emulator
	@exec '$(NODE)' firmware/emulator/run/pair-main.ts $(ARGS)

vrrp-lab: $(STAMP)
	@exec '$(NODE)' test/bench/vrrp/main.ts $(ARGS)

# Needs the internet. BUILDROOT=folder: a tree that is here already; SIGNING_KEY=file: who signs the update; DEVELOPMENT=1:
# the console opens a shell.
BOARD ?=
BUILDROOT ?=
SIGNING_KEY ?=
DEVELOPMENT ?=
image: $(STAMP) dist/mahalo-linux-arm64
	@exec '$(NODE)' firmware/image/main.ts --board '$(BOARD)' $(if $(BUILDROOT),--buildroot '$(BUILDROOT)') \
	  $(if $(SIGNING_KEY),--signing-key '$(SIGNING_KEY)') $(if $(DEVELOPMENT),--development)

# Of firmware/: options that nobody knows, hashes that are missing, shell scripts, facts of boards, the layout of the disk.
firmware-lint: $(STAMP)
	@exec '$(NODE)' firmware/lint/main.ts

check: types lint layers unused shell firmware-lint

types: $(STAMP)
	'$(NODE)' node_modules/.bin/tsc --noEmit -p .
	'$(NODE)' node_modules/.bin/tsc --noEmit -p web-ui

lint: $(STAMP)
	'$(NODE)' node_modules/.bin/biome check --error-on-warnings .

layers: $(STAMP)
	'$(NODE)' node_modules/.bin/depcruise --config .dependency-cruiser.js src test scripts firmware web-ui/build.ts web-ui/src

unused: $(STAMP)
	'$(NODE)' node_modules/.bin/knip

shell:
	@if command -v shellcheck >/dev/null; then \
	  echo 'shellcheck'; grep -lE '^#!.*(ba)?sh$$' -r scripts .ci | xargs shellcheck; \
	elif [ -n "$${CI:-}" ]; then \
	  echo 'shellcheck is missing' >&2; exit 1; \
	else \
	  echo 'shellcheck is not installed: shell scripts not checked'; \
	fi

format: $(STAMP)
	'$(NODE)' node_modules/.bin/biome check --write .

# Through another file: a registry that does not load must not leave an empty document behind.
keywords: $(STAMP)
	'$(NODE)' src/main.ts keywords --markdown >docs/keywords.md.new
	mv docs/keywords.md.new docs/keywords.md
	'$(NODE)' src/main.ts vrrp keywords --markdown >docs/keepalived-keywords.md.new
	mv docs/keepalived-keywords.md.new docs/keepalived-keywords.md

clean:
	rm -rf node_modules .tap web-ui/dist dist
