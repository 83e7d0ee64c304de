# Assent: `make demo` shows it, `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help

RELEASE := .build/release
LOAD := Loadtest/.build/release/assent-load
# Programs for other machines: Swift's runtime within, and no path of this machine. One set of flags, so that nothing is
# compiled twice.
BUILD_RELEASE := swift build -c release --static-swift-stdlib \
	-Xswiftc -file-prefix-map -Xswiftc $(CURDIR)=. -Xcc -ffile-prefix-map=$(CURDIR)=. -Xlinker -z -Xlinker now
FUZZ_SECONDS ?= 60
KILLS ?= 1000
CUTS ?= 20
RULE_CASES ?= 100000
COUNTER_EVENTS ?= 250000
SEEDS ?= 1000
FIRST ?= 1
JOBS ?= $$(nproc)
# Each life of a simulated process takes and gives back the same megabytes: the heap keeps their pages meanwhile.
KEEP_MEMORY := MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=1073741824 MALLOC_ARENA_MAX=1

.PHONY: help packages packages-systemd packages-deb packages-container libraries build daemon release test test-systemd install deb test-deb reproduce container test-container lint format fuzz simulate canaries crash power-cut cel-conformance counters rules-bench lists-bench tlsfuzzer demo bench start-times growth overload tls-cost watching-cost receipts-cost hostile replay risk-table score-speed generate clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

packages: libraries ## Install the system packages that the tests need and that are missing (apt)
	@bash .ci/packages tshark xz-utils python3 sqlite3 openssl curl prometheus gcc libc6-dev python3-venv

libraries: ## Install the system libraries that the programs are built with and that are missing (apt)
	@bash .ci/packages libsqlite3-dev libssl-dev

packages-systemd: ## Install what booting a systemd for its tests needs (apt)
	@bash .ci/packages systemd systemd-sysv systemd-container dbus python3 curl

packages-deb: ## Install what building and checking Debian packages needs (apt)
	@bash .ci/packages dpkg-dev debhelper lintian man-db python3

build: libraries ## Build everything with its tests, debug
	swift build --build-tests
	swift build --build-tests --package-path Loadtest

daemon: libraries ## Build the daemon alone, release
	$(BUILD_RELEASE) --product assentd

release: daemon ## Build the daemon, the tools and the load harness, release
	$(BUILD_RELEASE) --product assentctl
	$(BUILD_RELEASE) --product assent-verify
	$(BUILD_RELEASE) --package-path Loadtest

test: packages ## Run every test
	swift test
	swift test --package-path Loadtest
	python3 Protocol/vectors/make_vectors.py --check
	python3 Protocol/clients/python/test_vectors.py
	python3 Protocol/clients/python/test_client.py
	python3 Protocol/clients/c/tests/test_vectors.py
	Tests/Ethereum/run

test-systemd: deb ## Boot a real systemd and test units and packages in it; ends with 77 where the machine cannot
	systemd/tests/run

install: ## Install programs, manual pages, completions and units under DESTDIR (/); make release before
	systemd/install $(DESTDIR)

deb: release packages-deb ## Build the Debian packages assent, assent-cli and assent-loadtest into .build/deb
	packaging/deb

test-deb: deb ## Look at the packages with lintian, and build them twice: the bytes must be the same
	packaging/check

reproduce: deb ## Build packages again from a clone of HEAD elsewhere: the bytes must be the same
	packaging/check --from-source

packages-container: ## Install what building and running the container image needs (apt)
	@bash .ci/packages podman crun runc

container: release ## Build the container image localhost/assent:VERSION from scratch, with podman
	packaging/container/build

test-container: release packages-container ## Build the container image and run it; ends with 77 where the machine cannot
	packaging/container/test

lint: ## Check the format of every Swift file
	swift format lint --strict -r Package.swift Sources Tests Loadtest/Package.swift Loadtest/Sources Loadtest/Tests

format: ## Format every Swift file
	swift format -i -r Package.swift Sources Tests Loadtest/Package.swift Loadtest/Sources Loadtest/Tests

fuzz: ## Fuzz FUZZ="frames journal rules sessions", FUZZ_SECONDS=60 each
	Tests/Fuzz/run $(FUZZ_SECONDS) $(FUZZ)

simulate: ## Run the whole engine on one thread with faults everywhere, from SEEDS=1000 seeds from FIRST=1 on
	$(BUILD_RELEASE) --product simulate
	$(KEEP_MEMORY) $(RELEASE)/simulate --seeds $(SEEDS) --first $(FIRST) --jobs $(JOBS)

canaries: ## Break the daemon on purpose in many ways; the simulation must see each within SEEDS=1000 seeds
	$(KEEP_MEMORY) Tests/Planting/canaries --seeds $(SEEDS)

crash: ## Kill the daemon KILLS=1000 times under load; nothing answered may be lost, nothing executed twice
	swift build --build-tests
	ASSENT_KILLS=$(KILLS) swift test --skip-build --filter everyAnswerOutlivesAsManyKillsAsAskedFor

power-cut: release ## Cut the power of a virtual machine CUTS=20 times under load (a Debian kernel is downloaded)
	@bash .ci/packages qemu-system-x86 cpio busybox-static kmod e2fsprogs python3
	Tests/Power/run $(CUTS)
	Tests/Power/run 5 --lying-disk

cel-conformance: ## Run the conformance cases of the rules language: make cel-conformance CEL=cel-spec/tests/simple/testdata
	@test -d "$(CEL)" || { echo "make cel-conformance needs CEL=FOLDER with basic.textproto and its kin"; exit 64; }
	ASSENT_CEL_TESTDATA="$(abspath $(CEL))" swift test --filter ConformanceTests

tlsfuzzer: release ## Compare TLS with OpenSSL's own server, case by case: make tlsfuzzer SOURCES=tlsfuzzer
	@test -d "$(SOURCES)" || { echo "make tlsfuzzer needs SOURCES=FOLDER with a checkout of tlsfuzzer"; exit 64; }
	Tests/TLSFuzzer/run "$(abspath $(SOURCES))"

counters: ## Compare counters with adding up, over four times COUNTER_EVENTS=250000 random events
	ASSENT_COUNTER_EVENTS=$(COUNTER_EVENTS) \
		swift test -c release -Xswiftc -enable-testing --filter countersHoldWhatAddingUpGives

rules-bench: ## Print what rules add to a decision, and compare RULE_CASES=100000 random conditions with the reference
	ASSENT_RULE_BENCH=1 ASSENT_RULE_CASES=$(RULE_CASES) swift test -c release -Xswiftc -enable-testing --filter RulesTests

lists-bench: ## Print what a million entries of a list take: filling, asking, memory
	ASSENT_LIST_BENCH=1 swift test -c release -Xswiftc -enable-testing --filter ListStorageTests

demo: release ## Show a day of payments, an explained decline, a kill -9 and what is left after it
	$(LOAD) demo --daemon $(RELEASE)/assentd

bench: release ## Print the figures of the README, write .build/bench.json
	$(LOAD) bench --daemon $(RELEASE)/assentd --output .build/bench.json

start-times: release ## Measure starts with a million cards and ten million payments, and replaying the journal
	$(LOAD) start --daemon $(RELEASE)/assentd
	$(LOAD) start --daemon $(RELEASE)/assentd --open

growth: release ## Measure what open holds, snapshots and the projection cost, and how fast the projection is
	$(LOAD) growth --daemon $(RELEASE)/assentd
	$(LOAD) projection --daemon $(RELEASE)/assentd

overload: release ## Measure what happens past saturation: latency, refusals, recovery, one that floods
	$(LOAD) overload --daemon $(RELEASE)/assentd

tls-cost: release ## Measure throughput over mutual TLS beside that over plain TCP
	$(LOAD) tls --daemon $(RELEASE)/assentd

receipts-cost: release ## Measure how many receipts are signed in a second, and what that costs decisions
	$(LOAD) receipts --daemon $(RELEASE)/assentd

watching-cost: release ## Measure what metrics and the log of slow requests cost, beside a daemon built without them
	Tests/Planting/watching-cost --rounds 15 --strict

hostile: release ## Attack a daemon in many ways; honest p99, memory and the log must stay as they should
	$(LOAD) hostile --daemon $(RELEASE)/assentd

replay: release ## Replay purchasing-card lines, twice: make replay DATA=lines.csv.xz
	@test -n "$(DATA)" || { echo "make replay needs DATA=FILE.csv or FILE.csv.xz"; exit 64; }
	@bash .ci/packages xz-utils
	$(LOAD) replay --daemon $(RELEASE)/assentd $(DATA)

risk-table: libraries ## Train on the Fraud Detection Handbook's payments, print the table: make risk-table DATA=FILE.csv.xz
	@test -n "$(DATA)" || { echo "make risk-table needs DATA=FILE.csv or FILE.csv.xz"; exit 64; }
	@bash .ci/packages xz-utils libxgboost-dev
	$(BUILD_RELEASE) --product assent-train
	xz -dcf -- "$(DATA)" | $(RELEASE)/assent-train table -

score-speed: libraries ## Print how long a score takes, and the features it is made of
	$(BUILD_RELEASE) --product assent-train
	$(RELEASE)/assent-train speed

generate: ## Write test vectors, then codecs, tables and dissector from Protocol/assent.xml
	python3 Protocol/vectors/make_vectors.py
	swift run protocolgen

clean: ## Delete what was built
	rm -rf .build Loadtest/.build Tests/Fuzz/.build
