# Every recipe goes through a script that finds its own folder, so that `make -C` and `make -f` work from anywhere,
# also where the path has spaces.
ROOT := $(shell cd "$$(dirname "$$(echo '$(MAKEFILE_LIST)' | sed 's/^ *//')")" && pwd)
DO := @"$(ROOT)/scripts/do"

export PORT TLS_PORT DATA_DIR DATABASE_URL REDIS_URL SECRET_KEY PYTHON
# Only when it is written in the command: some shells have a HOST of their own.
ifeq ($(origin HOST),command line)
export PORTAL_HOST := $(HOST)
endif

.DEFAULT_GOAL := help
.PHONY: help run test test-room test-dates check reset bench clean lock browser

help: ## Mostra esta lista
	@echo "Ensaio: onde se treina o credenciamento antes de fazê-lo de verdade."
	@echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' "$(ROOT)/Makefile" | expand -t 20
	@echo
	@echo "Variáveis: HOST (127.0.0.1), PORT (8000), TLS_PORT (8443), DATA_DIR (./.data), DATABASE_URL, REDIS_URL, SECRET_KEY, PYTHON."

run: ## Prepara o ambiente e inicia tudo; Ctrl-C encerra
	$(DO) run

test: ## Roda todos os testes, inclusive os do navegador
	$(DO) test $(ARGS)

test-room: ## Roda percursos, matrizes e ataques numa sala que não é a aberta
	$(DO) test-room $(ARGS)

test-dates: ## Roda os testes na virada do ano, em 29/02/2028, num sábado e daqui a um ano
	$(DO) test-dates $(ARGS) $(if $(DATES),--dates $(DATES))

check: ## Confere formato, tipos, camadas, modelos, configuração e arquitetura
	$(DO) check

reset: ## Volta os dados ao estado inicial; ARGS=--renovar-autoridades troca também as autoridades
	$(DO) reset $(ARGS)

bench: ## Mede o desempenho (BENCH_FULL=1 para o tamanho inteiro)
	$(DO) bench

browser: ## Garante um Chromium para os testes
	$(DO) browser

lock: ## Refaz os arquivos de versões travadas
	$(DO) lock

clean: ## Apaga o ambiente, as sobras dos testes e as de ferramentas; os dados ficam
	$(DO) clean
