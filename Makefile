.PHONY: run test bench
.SILENT:
PYTHON ?= python3

# make run PORT=8123
run:
	exec $(PYTHON) run.py

# make test, or some of it: make test T="tests/test_vi.py -k sort"
test:
	exec $(PYTHON) run.py test $(T)

bench:
	exec $(PYTHON) run.py bench $(T)
