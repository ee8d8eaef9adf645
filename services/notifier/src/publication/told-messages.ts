// The events of an alert that an audience gets, in order, each under the name that its CAP document
// has. A fold over what is indexed of the alert. Pure.

import type { CapStep } from '@tocsin/contracts/cap/cap-message'
import type { AlertAtLevel, AlertMoment } from '../alerts/alert-entry.ts'
import { type Audience, judgeMoment, type ReaderStanding } from '../alerts/audience.ts'

export interface ToldMessage extends CapStep {
  readonly moment: AlertMoment
  readonly verdict: 'event' | 'left-view'
  readonly revision: number
  /** Of the document, unique within the alert. */
  readonly name: string
}

export function toldMessages(
  { moments }: Pick<AlertAtLevel, 'moments'>,
  audience: Audience
): readonly ToldMessage[] {
  const list: ToldMessage[] = []
  let standing: ReaderStanding = 'unseen'
  for (const moment of moments) {
    const judged = judgeMoment(standing, moment, audience)
    standing = judged.standing
    if (judged.verdict !== 'nothing')
      list.push(makeMessage(moment, judged.verdict === 'left-view' ? 'left-view' : 'event'))
  }
  return list
}

function makeMessage(moment: AlertMoment, verdict: 'event' | 'left-view'): ToldMessage {
  const { revision } = moment
  const { status } = moment.facts
  if (verdict === 'left-view')
    return {
      type: 'alert.left-view',
      status,
      moment,
      verdict,
      revision,
      name: `${revision}-left-view`
    }
  return { type: moment.type, status, moment, verdict, revision, name: String(revision) }
}
