// A source that has fallen silent about one area while it continues to report from others. Read
// only by reporting-blackout, as its own fold. A scope is one source. The silence is measured by
// the source itself: it lasts as long as the source has been heard from elsewhere, and no longer.

import type { MachinePattern } from '../../detection/pattern.ts'
import { SilenceMachine } from './silence-machine.ts'
import { type SourceSilenceParameters, silenceParameters } from './silence-parameters.ts'

export const sourceSilence: MachinePattern<SourceSilenceParameters> = {
  id: 'source-silence',
  parameters: silenceParameters,
  clock: 'watermark',
  examples: [],
  hasNoNearMisses: true,
  scopesOf: incident => {
    if (incident.category === 'statistic' || incident.place.admin1 === null) return []
    return incident.witnesses.map(w => (incident.drill ? `drill/${w.sourceId}` : w.sourceId))
  },
  machine: ground => new SilenceMachine(ground)
}
