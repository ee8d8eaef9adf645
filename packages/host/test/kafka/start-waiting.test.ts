import { EventLogError } from '@tocsin/event-log/errors'
import { KafkaDriverError } from '@tocsin/event-log/kafka/driver/driver'
import { systemClock } from '@tocsin/service-kit/process/clock'
import { expect, it } from 'vitest'
import { StartWaiting } from '../../src/kafka/start-waiting.ts'

const away = new EventLogError('log-unavailable', 'connect ECONNREFUSED')
const refused = new EventLogError('log-unavailable', 'opening the log: Authentication failed', {
  cause: new KafkaDriverError('auth-failed', 'Authentication failed')
})

function waiting(brokers = ['127.0.0.1:9092']) {
  const said: string[] = []
  let nowMs = 1000
  const clock = { ...systemClock, monotonicMs: () => nowMs }
  const wait = new StartWaiting({ brokers, clock, say: sentence => said.push(sentence) })
  return { wait, said, pass: (ms: number) => (nowMs += ms) }
}

it('says at once what it waits for and how to start one, then every half minute, and when the wait ends', () => {
  const { wait, said, pass } = waiting()
  for (let second = 0; second <= 61; second++) {
    wait.report(away.message)
    pass(1000)
  }
  wait.end()
  expect(said).toEqual([
    'Waiting for 127.0.0.1:9092: connect ECONNREFUSED. `npm run kafka` starts a broker for development',
    'Still waiting for 127.0.0.1:9092: connect ECONNREFUSED',
    'Still waiting for 127.0.0.1:9092: connect ECONNREFUSED',
    '127.0.0.1:9092 is available'
  ])
})

it('says nothing if the log answers at once, and suggests no local broker for a remote cluster', () => {
  const { wait, said } = waiting(['a.example:9092', '127.0.0.1:9092'])
  wait.end()
  expect(said).toEqual([])
  wait.report(away.message)
  expect(said).toEqual(['Waiting for a.example:9092, 127.0.0.1:9092: connect ECONNREFUSED'])
})

it('gives up after credentials were refused for ten seconds, and waits for unavailable brokers', () => {
  const { wait, pass } = waiting()
  expect(wait.judge(refused)).toBe(refused)
  pass(9_000)
  expect(wait.judge(away)).toBe(away)
  pass(9_000)
  expect(wait.judge(refused)).toBe(refused)
  pass(10_000)
  expect(wait.judge(refused)).toMatchObject({
    code: 'config-invalid',
    retryable: false,
    message: expect.stringContaining('kafka.password')
  })
  pass(600_000)
  expect(wait.judge(away)).toBe(away)
})
