// The gazetteer of an import: intake's own, so that a dry run resolves places as intake would.

import { openWorldGazetteer, type WorldGazetteer } from '@tocsin/gazetteer/world-gazetteer'

/** With the boundaries from the environment, as a suite in the same environment has them. */
export function importGazetteer(env: NodeJS.ProcessEnv): WorldGazetteer {
  return openWorldGazetteer({ boundariesPath: env.TOCSIN_GAZETTEER_BOUNDARIES ?? '' })
}
