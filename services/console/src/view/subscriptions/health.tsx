// How a subscription does by its last attempts: what waits and for how long, what was taken, and
// how fast.

import { useEffect } from 'preact/hooks'
import { useAsking } from '../../state/resource.ts'
import { health } from '../../state/webhooks/subscriptions.ts'
import { waitWords } from '../../words/time-words.ts'
import { words } from '../../words/words.ts'
import { Fact } from '../parts/records.tsx'
import { Time } from '../parts/time.tsx'

const askEveryMs = 5_000

export function Health({ id }: { readonly id: string }) {
  const told = words.subscriptions
  useAsking(health.load, askEveryMs, [id])
  useEffect(() => health.forget, [id])
  const { body } = health.state.value
  if (body === null) return null
  const { lagSeconds, acceptedAt, failure, hour, day, attempts } = body
  return (
    <dl class="facts-row health">
      {lagSeconds === null ? null : <Fact name={told.oldest}>{waitWords(lagSeconds * 1_000)}</Fact>}
      {acceptedAt === null ? null : (
        <Fact name={told.acceptedAt}>
          <Time at={acceptedAt} />
        </Fact>
      )}
      {failure === null ? null : (
        <Fact name={told.failedAt}>
          <Time at={failure.at} />:{' '}
          {failure.status === null ? '' : `${told.statusWas(failure.status)}, `}
          {told.reasons[failure.reason] ?? failure.reason}
        </Fact>
      )}
      <Fact name={told.hour}>{told.share(hour.accepted, hour.accepted + hour.failed)}</Fact>
      <Fact name={told.day}>{told.share(day.accepted, day.accepted + day.failed)}</Fact>
      {attempts.p50Ms === null || attempts.p99Ms === null ? null : (
        <Fact name={told.took}>
          {told.tookMs(Math.round(attempts.p50Ms), Math.round(attempts.p99Ms))}
        </Fact>
      )}
    </dl>
  )
}
