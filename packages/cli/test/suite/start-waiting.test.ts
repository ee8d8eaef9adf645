import { EventLogError } from '@tocsin/event-log/errors'
import { KafkaDriverError } from '@tocsin/event-log/kafka/driver/driver'
import { systemClock } from '@tocsin/service-kit/process/clock'
import { expect, it } from 'vitest'
import { StartWaiting } from '../../src/suite/start-waiting.ts'

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

it('says at once what it waits for and what starts one, then every half minute, and when it is over', () => {
  const { wait, said, pass } = waiting()
  for (let second = 0; second <= 61; second++) {
    wait.tell(away.message)
    pass(1000)
  }
  wait.end()
  expect(said).toEqual([
    'It waits for 127.0.0.1:9092: connect ECONNREFUSED. `npm run kafka` starts a broker for development',
    'It still waits for 127.0.0.1:9092: connect ECONNREFUSED',
    'It still waits for 127.0.0.1:9092: connect ECONNREFUSED',
    '127.0.0.1:9092 answers now'
  ])
})

it('says nothing of a log that answers at once, and advises no broker of its own for a cluster elsewhere', () => {
  const { wait, said } = waiting(['a.example:9092', '127.0.0.1:9092'])
  wait.end()
  expect(said).toEqual([])
  wait.tell(away.message)
  expect(said).toEqual(['It waits for a.example:9092, 127.0.0.1:9092: connect ECONNREFUSED'])
})

it('gives up credentials that have been refused for ten seconds, and waits for brokers that are away', () => {
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
