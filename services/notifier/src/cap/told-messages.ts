// The events of an alert that an audience gets, in order, each under the name that its CAP document
// has. A fold over what is indexed of the alert. Pure.

import type { CapStep } from '@tocsin/contracts/cap/cap-message'
import type { AlertAtLevel, AlertMoment } from '../projection/alert-entry.ts'
import { type Audience, judgeMoment, type ReaderStanding } from '../reader/audience.ts'

export interface ToldMessage extends CapStep {
  readonly moment: AlertMoment
  readonly verdict: 'event' | 'left-view'
  readonly revision: number
  /** Of the document, unique within the alert. */
  readonly name: string
}

export interface ToldMessages {
  readonly list: readonly ToldMessage[]
  /** False: of a long history the events before these are not indexed. */
  readonly isWhole: boolean
}

export function toldMessages(
  { moments, momentsOmitted }: Pick<AlertAtLevel, 'moments' | 'momentsOmitted'>,
  audience: Audience
): ToldMessages {
  const list: ToldMessage[] = []
  let standing: ReaderStanding = 'unseen'
  for (const [i, moment] of moments.entries()) {
    const judged = judgeMoment(standing, moment, audience)
    standing = judged.standing
    const isCutOff = i === 0 && momentsOmitted > 0
    if (judged.verdict !== 'nothing' && !isCutOff)
      list.push(messageOf(moment, judged.verdict === 'left-view' ? 'left-view' : 'event'))
  }
  return { list, isWhole: momentsOmitted === 0 }
}

function messageOf(moment: AlertMoment, verdict: 'event' | 'left-view'): ToldMessage {
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
