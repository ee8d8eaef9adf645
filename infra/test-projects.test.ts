// Lists of test files name files that exist, and no file is in two. Tests that start brokers, a
// browser or containers are outside `npm test`. `.ci/run` runs every project.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, matchesGlob } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  brokerFiles,
  browserFiles,
  containerFiles,
  coreFiles,
  fleetFiles
} from './test-projects.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tests = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8'
})
  .split('\n')
  .filter(file => /\.(?:int|e2e)\.test\.ts$/.test(file) && existsSync(join(root, file)))
const lists = {
  core: coreFiles,
  kafka: brokerFiles,
  fleet: fleetFiles,
  browser: browserFiles,
  containers: containerFiles
}
const isIn = (file: string, list: readonly string[]) => list.some(glob => matchesGlob(file, glob))
const naming = (word: RegExp) =>
  tests.filter(file => word.test(readFileSync(join(root, file), 'utf8')))

describe('the projects of the tests', () => {
  it('name files that are there, each once', () => {
    expect(
      Object.values(lists).flatMap(list =>
        list.filter(glob => !tests.some(file => matchesGlob(file, glob)))
      )
    ).toEqual([])
    expect(
      tests.filter(file => Object.values(lists).filter(list => isIn(file, list)).length > 1)
    ).toEqual([])
  })

  it('keep brokers of a test, browsers and engines out of `npm test`', () => {
    // This one asks only what there is where there is none.
    const asks = 'packages/testing/test/kafka-shared.int.test.ts'
    const brokers = naming(/\b(?:ownBrokers|startKafkaBroker|startKafkaCluster)\(/).filter(
      file => file !== asks
    )
    expect(brokers.filter(file => !isIn(file, [...brokerFiles, ...fleetFiles]))).toEqual([])
    expect(naming(/'playwright-core'/).filter(file => !isIn(file, browserFiles))).toEqual([])
    expect(
      naming(/\b(?:findEngine|startKafkaContainer)\(/).filter(file => !isIn(file, containerFiles))
    ).toEqual([])
  })

  it('are all run by .ci/run', () => {
    const run = readFileSync(join(root, '.ci/run'), 'utf8')
    for (const project of ['int', 'commands', 'e2e', 'kafka', 'fleet', 'browser', 'containers'])
      expect(run).toContain(`--project ${project}`)
  })
})
