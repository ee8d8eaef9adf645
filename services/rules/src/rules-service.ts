// The rules service: connects the folds to their routes. It makes no decisions itself.

import type { Service } from '@tocsin/service/process/service'
import type { ServiceDeps } from '@tocsin/service/service-deps'
import type { RulesEngine } from './partition/rules-engine.ts'
import { createFolding } from './rules-folding.ts'
import { rulesInterface } from './rules-interface.ts'
import type { RulesConfig } from './settings/config.ts'
import type { Compression } from './theatre/snapshot-store.ts'

export interface RulesDeps extends ServiceDeps {
  readonly config: RulesConfig
  /** How snapshots are packed. Default: gzip in a thread. */
  readonly compression?: Compression
}

/** The whole service in this thread. */
export function createRules(deps: RulesDeps): Service & { readonly engine: RulesEngine } {
  const { answers, ...folding } = createFolding({
    ...deps,
    cursorKey: deps.secrets.derive('cursor')
  })
  return { ...rulesInterface(deps, answers), ...folding }
}
