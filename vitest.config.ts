import { defineConfig } from 'vitest/config'

// Three kinds of test, by the end of the name: pure and instant; with one real component; the whole. What runs many processes, or
// containers, comes last and one file at a time: ten of them fill a machine, and a test of what happens when one is slow must not
// make all of them slow.
const fleets = 'e2e/kafka/*.e2e.test.ts'
const containers = 'e2e/containers/**/*.e2e.test.ts'
const members = ['packages/*', 'services/*', 'e2e', 'infra']
const project = (name: string, suffix: string, testTimeout: number, exclude: string[] = []) => ({
  test: {
    name,
    include: members.map(member => `${member}/**/*.${suffix}`),
    exclude: ['**/node_modules/**', ...exclude],
    testTimeout,
    hookTimeout: testTimeout,
    retry: 0,
    pool: 'forks' as const,
    setupFiles: process.env.TOCSIN_TEST_SEED === undefined ? [] : ['infra/repeated-properties.ts']
  }
})

const oneByOne = (name: string, include: string, groupOrder: number) => ({
  test: { ...project(name, '', 300_000).test, include: [include], maxWorkers: 1, sequence: { groupOrder } }
})

export default defineConfig({
  test: {
    // Tests wait for processes more than they compute: two at a time also where there are two processors.
    maxWorkers: 2,
    // Starts Kafka when the first test asks for it, and ends it with the run.
    globalSetup: ['packages/testing/src/kafka/kafka-global-setup.ts'],
    projects: [
      // Properties of hundreds of stories: seconds on a quiet machine, and a busy one is no failure.
      project('unit', 'test.ts', 60_000, ['**/*.int.test.ts', '**/*.e2e.test.ts']),
      project('int', 'int.test.ts', 60_000),
      project('e2e', 'e2e.test.ts', 300_000, [fleets, containers]),
      oneByOne('fleet', fleets, 1),
      oneByOne('containers', containers, 2)
    ]
  }
})
