// The events of an alert that an audience gets, in order, each under the name that its CAP document
// has. A fold over what is indexed of the alert. Pure.

import type { CapStep } from '@tocsin/contracts/cap/cap-message'
import type { AlertAtLevel, AlertMoment } from '../alerts/alert-entry.ts'
import { type Audience, judgeMoment } from '../alerts/audience.ts'

export interface ToldMessage extends CapStep {
  readonly moment: AlertMoment
  /** Of the document, unique within the alert. */
  readonly name: string
}

export function toldMessages(
  { moments }: Pick<AlertAtLevel, 'moments'>,
  audience: Audience
): readonly ToldMessage[] {
  const list: ToldMessage[] = []
  for (const moment of moments) {
    const { type, facts, revision } = moment
    if (judgeMoment(list.length > 0, moment, audience) !== null)
      list.push({ type, status: facts.status, moment, name: String(revision) })
  }
  return list
}
