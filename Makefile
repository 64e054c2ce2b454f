# The hardware user's door. `make help` lists what it opens.

ESPALIER := cargo run --release --quiet --package espalier --
# What `cargo test` has built: asked for alone, the command would be compiled anew, with other features of its packages.
TESTED   := $(or $(CARGO_TARGET_DIR),target)/debug/espalier
UNIT     ?= gelu

.DEFAULT_GOAL := help
.PHONY: help run test rtl lint sim waves synth report bench table7 check clean

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run:  ## Generate, compile and link the units, then classify the digits in RTL
	@$(ESPALIER) run

test:  ## Prove every block: all tests, drift of rtl/, every linter on it, its variants and the engines
	cargo test --workspace
	$(TESTED) check
	$(TESTED) lint
	$(TESTED) gen --config rtl_gen/variants.toml --out target/variants
	$(TESTED) lint --rtl target/variants
	$(TESTED) gen --config rtl_gen/engines.toml --out target/engines
	$(TESTED) lint --rtl target/engines

rtl:  ## Emit rtl/ and constraints/ anew
	@$(ESPALIER) gen --reference

lint:  ## Lint rtl/ with every linter
	@$(ESPALIER) lint

sim:  ## Drive UNIT with every input, or with random jobs, and compare with the reference
	@$(ESPALIER) sim $(UNIT)

waves:  ## Record a waveform of UNIT, with view files for GTKWave and Surfer
	@$(ESPALIER) waves $(UNIT)

synth:  ## Synthesise rtl/ and the engines for UltraScale+ beside the papers' tables
	@$(ESPALIER) synth
	@$(ESPALIER) gen --config rtl_gen/engines.toml --out build/engines
	@$(ESPALIER) synth --rtl build/engines

report:  ## Write a page of figures, build/report/index.html; the first time takes many minutes
	@$(ESPALIER) report

bench:  ## Print every figure that the README quotes
	cargo bench --quiet --package model --package reference --package sim --package tb
	cargo run --quiet --release --manifest-path sim/benches/peer/Cargo.toml --target-dir target/peer

table7:  ## Simulate whole images of DeiT and LV-ViT on the core, beside HeatViT's Tables IV and VII
	cargo bench --quiet --package tb --bench table7

check:  ## Fail if rtl/ or constraints/ differ from what is generated
	@$(ESPALIER) check

clean:  ## Remove what was built; the installed tools in .tools/ stay
	cargo clean
	rm -rf build
