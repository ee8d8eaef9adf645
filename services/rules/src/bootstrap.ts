// What an empty suite starts with: the theatre `world` on the wall clock, and the default rules.
// Ids derive from content, so that two processes that start together write it once.

import { digest } from '@tocsin/contracts/json/digest'
import type { ControlPayload } from '@tocsin/contracts/record/control-record'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { defaultRetentionDays } from '@tocsin/contracts/theatre/retention'
import { worldTheatre } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import type { NewRecord } from '@tocsin/event-log/port'
import type { ControlState } from '@tocsin/service/control/control-state'

/**
 * The control records that an empty control log still needs; none if a theatre or a rule exists.
 */
export function firstRecords(state: ControlState, time: string): NewRecord[] {
  const payloads: ControlPayload[] = []
  if (state.rules.size === 0) {
    payloads.push(...defaultRules.map(rule => ({ type: 'rule.declared', data: rule }) as const))
  }
  if (state.theatres.size === 0) {
    const world = {
      id: worldTheatre,
      countries: null,
      polygon: null,
      clock: 'wall',
      retentionDays: defaultRetentionDays
    } as const
    payloads.push({ type: 'theatre.declared', data: world })
  }
  return payloads.map(payload => {
    const id = digest(
      'bootstrap',
      payload.type,
      'ruleId' in payload.data ? payload.data.ruleId : ''
    )
    return {
      id,
      key: 'control',
      value: encodeRecord({ id, source: '/tocsin/rules', time, cause: null }, payload)
    }
  })
}
