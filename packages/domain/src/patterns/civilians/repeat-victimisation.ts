// Repeat victimisation: civilians of one place are attacked repeatedly, or one perpetrator goes
// from settlement to settlement of an area. An episode takes what happens at its places and what
// its perpetrators do elsewhere in the area; each incident counts in one episode.

import type { MachinePattern } from '../../detection/pattern.ts'
import { namedPerpetrators } from '../episode/named-perpetrators.ts'
import {
  harmsCivilians,
  type RepeatVictimisationParameters,
  repeatVictimisationParameters
} from './civilian-harm.ts'
import { HarmMachine } from './harm-machine.ts'
import { repeatVictimisationExamples } from './repeat-victimisation-examples.ts'

export const repeatVictimisation: MachinePattern<RepeatVictimisationParameters> = {
  id: 'repeat-victimisation',
  words: {
    says: 'Civilians of one settlement are attacked repeatedly, or one perpetrator goes from village to village.',
    levels: 'Another place is hit; an attack kills more than those before.',
    ends: '`quietDays` without another attack.',
    comesBack:
      'The same settlement, or a place within `placeKm` of its first attack, before it would have ended; for a perpetrator who goes from village to village only with the same one.',
    comesBackBy: { km: 'placeKm', days: ['quietDays'] }
  },
  parameters: repeatVictimisationParameters,
  examples: repeatVictimisationExamples,
  looksBack: ({ windowDays, areaWindowDays, quietDays }) => ({
    ...(areaWindowDays > windowDays ? { areaWindowDays } : { windowDays }),
    quietDays
  }),
  placeNeeds: (incident, parameters) => {
    if (!harmsCivilians(incident, parameters)) return []
    const isNamed = namedPerpetrators(incident, parameters.genericActors).length > 0
    return [
      { withinKm: parameters.placeKm },
      { settlement: true },
      ...(isNamed ? [{ area: true as const }] : [])
    ]
  },
  scopesOf: (incident, parameters) =>
    harmsCivilians(incident, parameters) ? [incident.drill ? 'drill' : 'theatre'] : [],
  machine: ground => new HarmMachine(ground)
}
