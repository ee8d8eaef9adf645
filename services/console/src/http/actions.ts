// The outcome of an act that the suite has stored and not decided yet.

import { words } from '../words/words.ts'
import { type Answer, ask } from './answers.ts'

interface ActionStatus {
  readonly state: 'pending' | 'done' | 'refused'
  readonly reason?: string
  readonly by?: string | null
  readonly since?: string | null
}

/** Waits between two questions, ms: the last one again and again. */
const waitsMs = [1_000, 2_000, 5_000, 15_000] as const
/** Consecutive questions to which the suite knows no such act: then the outcome is unknown. */
const unknownMax = 5

/** The act that is stored and not decided yet; undefined for an answer that decides, as of a replay. */
function pendingIn(answer: Answer<unknown>): string | undefined {
  if (answer.kind !== 'ok' || answer.status !== 202) return undefined
  return (answer.body as { readonly actionId?: string }).actionId
}

export function isPending(answer: Answer<unknown>): boolean {
  return pendingIn(answer) !== undefined
}

/**
 * The outcome of an act, as if it had been answered immediately: asks until it is decided, however
 * long that takes. `pause` waits, ms. An answer that decides is returned as it is.
 */
export async function decided<T>(
  answer: Answer<T>,
  pause: (ms: number) => Promise<void>
): Promise<Answer<T>> {
  const actionId = pendingIn(answer)
  if (answer.kind !== 'ok' || actionId === undefined) return answer
  for (let asked = 0, unknown = 0; unknown < unknownMax; asked += 1) {
    await pause(waitsMs[Math.min(asked, waitsMs.length - 1)] as number)
    const status = await ask<ActionStatus>(`/v1/actions/${encodeURIComponent(actionId)}`)
    if (status.kind === 'refused' && status.problem.status === 404) unknown += 1
    if (status.kind !== 'ok' || status.body.state === 'pending') continue
    return status.body.state === 'done'
      ? { ...answer, status: 200 }
      : { kind: 'refused', problem: readRefusal(status.body) }
  }
  return { kind: 'unreachable' }
}

function readRefusal({ reason = '', by, since }: ActionStatus) {
  const { reasons, cameFirst } = words.acts
  const known = Object.entries(reasons).find(([code]) => code === reason)?.[1] ?? reason
  const who = by === undefined || by === null ? '' : ` ${cameFirst(by, since ?? null)}`
  return { code: 'action-refused', detail: `${known}${who}`, status: 409 }
}
