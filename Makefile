# Every target sets up what it needs by itself. `make demo` and `make test` are the two that matter.
PYTHON ?= python3
BIN := .venv/bin
# One worker for each core, four at most: each worker of the bench boots a virtual ModuCop of its own.
TOGETHER := -n logical --maxprocesses 4
# Unit tests wait for terminals and timers more than they compute: three workers for each core, and whoever is done
# takes from the others.
UNITS_TOGETHER := -n $(shell expr 3 '*' $$(nproc)) --maxprocesses 12 --dist worksteal
# Compiled files are kept: without them each worker, and each console that a test starts, compiles all by itself.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test setup setup-demo setup-benchmarks check unit bench-tests bench bench-performance bench-line bench-artifact attack bundle setup-bundle device device-tests device-tests-short device-figures power-cuts setup-device pictures clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: setup-demo ## the console on a simulated ModuCop (needs no root)
	@$(BIN)/python -m moducop_tui --demo

test: setup-device check ## everything that CI runs
	@$(MAKE) --no-print-directory --jobs 2 unit-then-bench cuts-in-idle-time

setup: ## apt packages and the virtual environment for tests
	@PYTHON=$(PYTHON) .ci/setup test

setup-benchmarks:
	@PYTHON=$(PYTHON) .ci/setup benchmarks

setup-demo:
	@PYTHON=$(PYTHON) .ci/setup demo

check: setup ## formatting, lint, types and import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup ## tests that need no root and run in seconds
	@$(BIN)/python -m compileall -q moducop_tui
	@$(BIN)/python -m pytest --quiet --collect-only tests/unit tests/screens >/dev/null
	$(BIN)/python -m pytest $(UNITS_TOGETHER) tests/unit tests/screens

# Compiled beforehand: the console starts some thousand times there, from a source that it can't write beside.
bench-tests: setup ## tests on real parts: journald, Docker, Podman, partitions, overlays, a whole virtual ModuCop
	@$(BIN)/python -m compileall -q moducop_tui
	$(BIN)/python -m pytest $(TOGETHER) --dist loadfile --no-loadscope-reorder --durations=30 tests/bench

# For `test` alone: what follows is one thing after another, beside the emulated device, which takes what they leave of
# two cores. It has a clock of its own, so that being slow is all that comes of it. What it says is said in one piece.
.PHONY: unit-then-bench cuts-in-idle-time
unit-then-bench: unit
	@$(MAKE) --no-print-directory bench-tests

cuts-in-idle-time: setup-device
	@told=$$(mktemp) && trap 'rm -f "$$told"' EXIT; \
	chrt --idle 0 $(MAKE) --no-print-directory device-tests-short >"$$told" 2>&1; ended=$$?; cat "$$told"; exit $$ended

bench: setup ## build the virtual ModuCop (cached), boot it and open the console in it
	$(BIN)/python -m tests.bench

bench-performance: setup-benchmarks ## start-up, memory and idle CPU against peers in the same run, as a table
	$(BIN)/python -m tests.performance

bench-line: setup-benchmarks ## bytes and seconds on a serial line, beside stock Textual and peers, as a table
	$(BIN)/python -m tests.performance.line

bench-artifact: setup-benchmarks ## speed and memory of verifying an artifact, beside sha256sum, the unpackers and mender-artifact
	$(BIN)/python -m tests.performance.artifact

attack: setup ## an adversary's run: artifacts, trees, engine, servers, sticks, log, input; SEED, COUNT, ONLY choose others
	$(BIN)/python -m tests.attack $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(if $(ONLY),--only $(ONLY))

setup-bundle:
	@PYTHON=$(PYTHON) .ci/setup bundle

bundle: setup-bundle ## the console with a Python of its own, as one file for each processor, into dist/
	$(BIN)/python -m assets.bundle

setup-device:
	@PYTHON=$(PYTHON) .ci/setup device

device: setup-device ## build an emulated arm64 ModuCop with a real U-Boot (cached), boot it, sit down at its serial line
	$(BIN)/python -m tests.bench.qemu

device-tests: setup-device ## all tests on the emulated device; minutes for each boot
	$(BIN)/python -m pytest tests/device

device-tests-short: setup-device ## three power cuts with torn writes on it, as `make test` does
	$(BIN)/python -m pytest -m short tests/device

power-cuts: setup-device ## 100 power cuts with torn writes on the emulated device; N, SEED, FROM choose others
	$(BIN)/python -m tests.bench.qemu.power_cuts

device-figures: setup-device ## start, memory and idle CPU on the emulated device, beside a bare Textual app and htop
	$(BIN)/python -m tests.bench.qemu.figures

pictures: setup ## make assets/pictures anew from the running console
	$(BIN)/python -m tests.screens.take_pictures

clean: ## remove the virtual environment and caches of this checkout
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist
