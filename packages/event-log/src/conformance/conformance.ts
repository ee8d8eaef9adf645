// The conformance suite: every adapter of the port must pass it. A function of a factory; call it
// in a test file. It contains the fifteen named cases, the promises of the port, and a checker over
// generated histories. A case that does not apply to an adapter is declared by name with its owner
// and printed, so that none is skipped silently.

import { afterAll, describe, expect, it } from 'vitest'
import {
  testAddedPartitions,
  testBrokerRestart,
  testDeletedTopic,
  testFlippedSegment,
  testFullBroker,
  testTornSegment
} from './broker-cases.ts'
import { damageCases } from './damage-cases.ts'
import { membershipCases, testMembership } from './membership-cases.ts'
import { checkHistories } from './model.ts'
import { testPortPromises } from './port-promises.ts'
import { positionCases } from './position-cases.ts'
import { retryCases } from './retry-cases.ts'
import { type CaseName, caseNames, type LogFactory, type LogSubject } from './subject.ts'

type NamedCase = (subject: LogSubject, factory: LogFactory) => Promise<void>

const cases: Readonly<Partial<Record<CaseName, NamedCase>>> = {
  ...retryCases,
  ...positionCases,
  ...damageCases,
  ...membershipCases
}

/** Replace the cases of the same name where the test controls the broker of the log. */
const brokerCases: Readonly<Partial<Record<CaseName, NamedCase>>> = {
  'torn-write': testTornSegment,
  'bit-flip': testFlippedSegment,
  'disk-full': testFullBroker,
  'broker-restart': testBrokerRestart
}

/** Run in addition where topics can be changed by somebody else. */
const topicCases: Readonly<Partial<Record<CaseName, (factory: LogFactory) => Promise<void>>>> = {
  'log-recreated': testDeletedTopic,
  'partition-count-changed': testAddedPartitions
}

/** Declares all tests of the suite for one adapter. */
export function testEventLog(factory: LogFactory): void {
  describe(`${factory.name}: named cases`, () => {
    for (const name of caseNames)
      if (factory.elsewhere?.[name] === undefined) declareCase(name, factory)
    afterAll(() => console.log(report(factory)))
  })
  describe(`${factory.name}: promises of the port`, () => testPortPromises(factory))
  describe(`${factory.name}: generated histories`, () => {
    for (const partitions of [1, 3])
      it(`keep every promise, on ${partitions} partitions`, { timeout: 120_000 }, () =>
        checkHistories(factory, { runs: factory.historyRuns ?? 40, partitions })
      )
  })
  describe(`${factory.name}: members`, () => {
    it('divide a topic among them', { timeout: 180_000 }, () => testMembership(factory))
  })
}

/** Declares some of the named cases alone, for an adapter that has them in a file of their own. */
export function testNamedCases(factory: LogFactory, names: readonly CaseName[]): void {
  describe(`${factory.name}: named cases`, () => {
    for (const name of names) declareCase(name, factory)
  })
}

function declareCase(name: CaseName, factory: LogFactory): void {
  const owner = factory.owned[name]
  if (owner !== undefined) {
    it(`${name} (owned by ${owner})`, context => context.skip(`owned by ${owner}`))
    return
  }
  it(name, { timeout: 180_000 }, async () => {
    const subject = await factory.make({ partitions: 1 })
    try {
      const run = subject.ownBroker === undefined ? cases[name] : (brokerCases[name] ?? cases[name])
      expect(run, `${name} is neither run here nor has an owner`).toBeDefined()
      await run!(subject, factory)
      if (subject.topicTool !== undefined) await topicCases[name]?.(factory)
    } finally {
      await subject.dispose()
    }
  })
}

function report(factory: LogFactory): string {
  const owners = { ...factory.owned, ...factory.elsewhere }
  const owned = caseNames.filter(name => owners[name] !== undefined)
  const lines = owned.map(name => `  NOT RUN HERE  ${name}: owned by ${owners[name]}`)
  return [
    `${factory.name}: ${caseNames.length - owned.length} of ${caseNames.length} named cases run`,
    ...lines
  ].join('\n')
}
