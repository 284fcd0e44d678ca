# Two commands on a fresh machine with Python >= 3.11 and make: `make run` and `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
DEV    := $(VENV)/.ready-dev

.PHONY: run chat demo test soak check format bench pictures setup clean

run: $(READY)
	@$(BIN)/python -m bot serve

chat: $(READY)
	@$(BIN)/python -m bot chat

demo: $(READY)
	@$(BIN)/python -m bot demo

setup: $(READY) $(DEV)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Cần Python 3.11 trở lên; đang có " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Thiếu ensurepip của Python: trên Debian hãy chạy  apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(READY): $(VENV)/bin/python requirements.txt pyproject.toml
	@echo "Đang cài đặt (chỉ lần đầu)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2>/dev/null \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(DEV): $(READY) requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

test: $(DEV)
	@$(BIN)/python -m pytest -m "not soak" -n 3 --dist loadfile

soak: $(DEV)
	@$(BIN)/python -m pytest -m soak

check: $(DEV)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(DEV)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV)
	@for name in start webhook answer; do $(BIN)/python -m bot bench $$name; done

pictures: $(DEV)
	@$(BIN)/python -m tests.pictures.console
	@$(BIN)/python -m tests.pictures.notices

clean:
	rm -rf $(VENV) build *.egg-info
