// Caches the finding of an open episode that receives only support for months: headline, levels and
// measure depend on its triggers and are computed once.

import type { Finding } from '../../finding/finding.ts'
import type { Evidence } from './episode-evidence.ts'

interface Told {
  readonly support: Evidence
  readonly finding: Finding
}

/**
 * Returns a function that gives the finding of an episode from its evidence. `make` is called once
 * per list of triggers: apart from the support, its result must depend on nothing that changes
 * while that list is the same object. The same evidence gives the same object.
 */
export function tellsOnce(): (
  triggers: Evidence,
  support: Evidence,
  make: () => Finding
) => Finding {
  const told = new WeakMap<Evidence, Told>()
  return (triggers, support, make) => {
    const known = told.get(triggers)
    if (known?.support === support) return known.finding
    const finding = known === undefined ? make() : withSupport(known.finding, triggers, support)
    told.set(triggers, { support, finding })
    return finding
  }
}

function withSupport(finding: Finding, triggers: Evidence, support: Evidence): Finding {
  return { ...finding, support: support.kept, omitted: triggers.omitted + support.omitted }
}
