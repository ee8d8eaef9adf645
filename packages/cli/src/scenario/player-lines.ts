// A scenario being played, as lines for people: one per event. Pure.

import { categoryName } from '@tocsin/contracts/incident/incident-names'
import { formatProblem } from '@tocsin/host/client/suite-api'
import type { PlayEvent, PostOutcome } from '@tocsin/host/scenario/player'
import type { ScenarioLine } from '@tocsin/host/scenario/scenario'

const outcomeWords: Readonly<Record<PostOutcome, string>> = {
  accepted: 'report',
  duplicate: 'known already',
  corrected: 'correction',
  withdrawn: 'withdrawal',
  refused: 'REFUSED'
}

/** The lines for one event; none for a tick, which only moves the date. */
export function formatPlayEvent(event: PlayEvent): readonly string[] {
  switch (event.kind) {
    case 'declared':
      return [`theatre ${event.theatre} with ${event.sources} sources`]
    case 'started':
      if (event.steps === 0) return ['the scenario is already complete']
      return [
        event.resumedAt === null
          ? 'the scenario begins'
          : `the scenario continues after ${formatMinute(event.resumedAt)}`
      ]
    case 'ticked':
      return []
    case 'posted':
      return formatPosted(
        event.line,
        event.outcome,
        event.problem === null ? null : formatProblem(event.problem)
      )
    case 'ended': {
      const { posted, refused, finished } = event.summary
      return [
        `the scenario ${finished ? 'is complete' : 'was stopped and will continue from here next time'}: ${posted} accepted, ${refused} refused`
      ]
    }
    default:
      return event satisfies never
  }
}

function formatPosted(
  line: ScenarioLine,
  outcome: PostOutcome,
  problem: string | null
): readonly string[] {
  const head =
    `${formatMinute(line.at)}  ${outcomeWords[outcome].padEnd(13)} ${line.sourceId} ${line.externalId ?? ''}`.trimEnd()
  return [
    `${head}  ${describeLine(line)}`.trimEnd(),
    ...(problem === null ? [] : [`${' '.repeat(18)}${problem}`])
  ]
}

/** `attack at Dioura`, or the reason of a withdrawal. */
function describeLine({ action, body }: ScenarioLine): string {
  if (action === 'delete') return String(body.reason ?? '')
  const place = (body.location as { name?: unknown } | undefined)?.name
  return `${categoryName(String(body.category ?? ''))}${typeof place === 'string' ? ` at ${place}` : ''}`
}

function formatMinute(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}
