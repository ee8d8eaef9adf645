// The places that an import knows by name: those of intake itself, so that a dry run says what intake would say.

import type { Gazetteer } from '@tocsin/gazetteer/port'
import { openWorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'
import type { AreaNames } from '@tocsin/importers/import-item'

/** With the boundaries that the environment names, as a suite of the same environment has them. */
export function importGazetteer(env: NodeJS.ProcessEnv): Gazetteer {
  return openWorldGazetteer({ boundariesPath: env.TOCSIN_GAZETTEER_BOUNDARIES ?? '' })
}

/** Names of areas that are remembered: a file has few, on many rows. */
const namesMax = 10_000

/** The codes that names of areas mean, each asked for once. */
export function areaNamesOf(gazetteer: Pick<Gazetteer, 'admin1Of'>): AreaNames {
  const known = new Map<string, string | null>()
  return (name, country) => {
    const key = `${country}/${name}`
    const found = known.get(key)
    if (found !== undefined) return found
    const lookup = gazetteer.admin1Of(name, country)
    const code = lookup.kind === 'known' ? lookup.code : null
    if (known.size < namesMax) known.set(key, code)
    return code
  }
}
