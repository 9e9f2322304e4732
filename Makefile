# The commands of the README. Everything a target needs it installs itself, by package name.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
VENV := .tools/venv
PYTHON := $(VENV)/bin/python
APT_TEST := libreoffice-writer-nogui libreoffice-calc-nogui poppler-utils qpdf chromium chromium-driver fonts-noto-cjk fonts-ipafont-gothic curl python3-venv bubblewrap g++ libarchive-tools libmime-tools-perl
APT_BENCH := postfix
SANITIZER ?= address
STATIC := $(shell uname -m)-unknown-linux-musl
# The flags that libFuzzer needs are not stable; the compiler is.
FUZZ := RUSTC_BOOTSTRAP=1 $(CARGO) fuzz
# Profiles are read by the LLVM that wrote them.
LLVM = $(shell rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
export DEBIAN_FRONTEND := noninteractive

.PHONY: help run test format clippy unit doc browser bench corpus differential deny dist release worker fuzz fuzz-build fuzz-smoke coverage soak tools tools-bench

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# --- the two commands -------------------------------------------------------------------------------------------------

run: ## build and start relay, gateway and mailbox on loopback, with samples to send
	$(CARGO) build -q -p smtp-relay -p file-gateway -p fixtures
	@TARGET="$(TARGET)/debug" deploy/run.sh

test: tools format clippy unit doc fuzz-smoke ## install what the tests need and run all of them

# --- the steps of `make test` -----------------------------------------------------------------------------------------

format:
	$(CARGO) fmt --all --check

clippy:
	$(CARGO) clippy --workspace --all-targets -- -D warnings

# Unit, integration and end-to-end tests against real processes and real producers.
unit: tools
	PATH="$(abspath $(VENV))/bin:$$PATH" $(CARGO) test --workspace

# Also part of `unit`; UPDATE_SCREENSHOTS=1 writes docs/screenshots anew.
browser: tools ## the pages in a real browser, with real clicks
	$(CARGO) test -p file-gateway --test it browser

doc:
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" $(CARGO) doc --workspace --no-deps --document-private-items

# --- more -------------------------------------------------------------------------------------------------------------

corpus: tools ## run a folder of real files through `sanitizer`: make corpus DIR=folder
	$(CARGO) build -q --release -p sanitizer-cli
	$(PYTHON) tools/corpus.py $(TARGET)/release/sanitizer "$(DIR)" --office $(if $(DETAILS),--details $(DETAILS))

# The fuzz corpora too, some hundred of each, where `make fuzz` has grown them.
differential: tools ## what we released of a folder of real files, read by programs of others: make differential DIR=folder
	$(CARGO) build -q --release -p sanitizer-core --example outlines
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(TARGET)/release/examples/outlines "$$folder" $(DIR) $(if $(MOST),--most $(MOST)) && \
	$(PYTHON) tools/differential.py "$$folder"

release: worker ## the programs as they are installed, in target/release
	$(CARGO) $(AUDITABLE) build -q --release -p smtp-relay -p file-gateway -p sanitizer-cli

# What a release starts as its children, beside the programs: linked statically against musl, whose start asks the processor
# nothing. That of glibc asks some hundred times, and a virtual machine traps each.
worker:
	rustup target list --installed | grep -qx $(STATIC) || rustup target add $(STATIC)
	$(CARGO) $(AUDITABLE) build -q --release -p sanitizer-pool --bin sanitizer-worker --target $(STATIC)
	mkdir -p "$(TARGET)/release"
	install -m 755 "$(TARGET)/$(STATIC)/release/sanitizer-worker" "$(TARGET)/release/sanitizer-worker"

# The list of what a program was built from is in the program (cargo auditable) and beside it (CycloneDX).
dist: ## an archive of the release with bills of materials and checksums, in target/dist
	for tool in cargo-auditable cargo-cyclonedx rust-audit-info; do command -v $$tool >/dev/null || $(CARGO) install -q --locked $$tool; done
	$(MAKE) release AUDITABLE=auditable
	TARGET="$(TARGET)" tools/dist

bench: tools-bench worker ## mails a second and CPU a mail beside Postfix, what the cage costs, how cost grows with length
	$(CARGO) build -q --release -p smtp-relay
	$(CARGO) build -q --release -p fixtures --example beside_postfix
	$(CARGO) run -q --release -p sanitizer-pool --example cage -- "$(TARGET)/release/sanitizer-worker"
	@echo
	$(CARGO) run -q --release -p sanitizer-pool --example convert
	@echo
	$(CARGO) run -q --release -p sanitizer-core --example growth
	@echo
	"$(TARGET)/release/examples/beside_postfix" "$(TARGET)/release/smtp-relay"

soak: ## jobs with canaries among killed, hanging and exhausted workers, for TIME seconds (default 600)
	SOAK_SECONDS=$(or $(TIME),600) $(CARGO) test -p sanitizer-pool --test isolation

# ONLY=name runs one alone, LANES=4 four at a time; SANITIZER=none is quicker, as none of our code is unsafe.
fuzz: fuzz-build ## run every fuzz target for TIME seconds each (default 60), LANES at a time, from seeds that `fixtures` writes
	$(CARGO) run -q -p fixtures --bin write-samples -- fuzz/seeds
	cd fuzz && mkdir -p logs && echo $(or $(ONLY),$$($(FUZZ) list)) | tr ' ' '\n' | xargs -P $(or $(LANES),1) -I{} bash -c '\
	  mkdir -p corpus/{}; \
	  $(FUZZ) run -s $(SANITIZER) {} corpus/{} seeds -- -max_total_time=$(or $(TIME),60) -timeout=$$((20 * $(or $(LANES),1))) -rss_limit_mb=4096 \
	    -print_final_stats=1 $(FLAGS) >logs/{}.log 2>&1 || { tail -n 60 logs/{}.log; echo "fuzz: {} failed"; exit 1; }; \
	  echo "fuzz: {}: $$(grep -oE "(exec_per_sec|executed_units): +[0-9]+" logs/{}.log | tr -s " \n" " ")"'

fuzz-build:
	command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	cd fuzz && $(FUZZ) build -s $(SANITIZER)

# Every seed and some hundred mutations of them, the same each time, so that what breaks an oracle at once does not land.
fuzz-smoke:
	$(MAKE) fuzz TIME=30 SANITIZER=none FLAGS="-runs=1000 -seed=1"

# Without cargo-fuzz, whose own instrumentation is not needed to read every input once.
coverage: ## which lines the fuzz targets reach with their seeds and corpora; MISSING=file lists the others, WRITE=1 writes docs/fuzzing.md
	tools/apt-install g++ llvm-$(LLVM)
	$(CARGO) run -q -p fixtures --bin write-samples -- fuzz/seeds
	cd fuzz && LLVM_PROFILE_FILE=/dev/null RUSTFLAGS="-C instrument-coverage --cfg fuzzing" $(CARGO) build -q --bins --config 'profile.dev.opt-level=1' --target-dir target/coverage
	tools/coverage.py fuzz fuzz/target/coverage/debug /usr/lib/llvm-$(LLVM)/bin \
	  $(if $(MISSING),--missing "$(MISSING)") $(if $(WRITE),--write docs/fuzzing.md) $(if $(ONLY),--only $(ONLY))

deny: ## licences, bans, sources and advisories of the dependencies
	command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check licenses bans sources
	$(CARGO) deny check advisories || echo "advisories: the database cannot be reached or has findings, see above"

# --- tools ------------------------------------------------------------------------------------------------------------

tools: .tools/apt-test $(VENV)/done

.tools/apt-test: Makefile
	tools/apt-install $(APT_TEST)
	mkdir -p .tools && touch $@

tools-bench:
	tools/apt-install $(APT_BENCH)

$(VENV)/done: tools/requirements.txt .tools/apt-test
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install -q -r tools/requirements.txt
	touch $@
