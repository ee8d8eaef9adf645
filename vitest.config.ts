import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import {
  brokerFiles,
  browserFiles,
  checkFiles,
  containerFiles,
  coreFiles,
  fleetFiles
} from './infra/test-projects.ts'

// Three kinds of test, by the end of the name: pure and instant; with one real component; the
// whole. `npm test` runs the projects unit, page and core, `npm run check` the project check.
// Tests of many processes, of the browser and of containers have projects of their own, most of
// them one file at a time: ten processes fill a machine, and a test of what happens when one is
// slow must not make all of them slow.
const members = ['packages/*', 'services/*', 'e2e', 'infra']
/**
 * Node itself loads tests and what they test, as it does in a service: no copy of each module is
 * made first, and V8 keeps what it compiled. It takes no `.tsx`, which only the page has.
 */
const loadedByNode = { viteModuleRunner: false, nodeLoader: false }
const repeated = 'infra/repeated-properties.ts'
/** Tests of the console read its words, which it loads beside what shows them. */
const inEnglish = [repeated, 'services/console/test/support/english-words.ts']
const project = (
  name: string,
  suffix: string,
  testTimeout: number,
  exclude: readonly string[] = []
) => ({
  test: {
    name,
    experimental: loadedByNode,
    include: members.map(member => `${member}/**/*.${suffix}`),
    exclude: ['**/node_modules/**', ...exclude],
    testTimeout,
    hookTimeout: testTimeout,
    retry: 0,
    // A second, as by default, is not enough on a busy machine.
    expect: { poll: { timeout: testTimeout / 2 } },
    pool: 'forks' as const,
    setupFiles: [repeated]
  }
})

/** Properties of hundreds of stories: seconds on a quiet machine, and a busy one is no failure. */
const pure = (
  name: string,
  include: readonly string[],
  exclude: readonly string[],
  more: object
) => {
  const { test } = project(name, 'test.ts', 120_000, [
    '**/*.int.test.ts',
    '**/*.e2e.test.ts',
    ...exclude
  ])
  return { test: { ...test, include: [...include], ...more } }
}

/** The tests of the command line and the host: most start a suite in their own process. */
const commandFiles = ['packages/cli/**/*.int.test.ts', 'packages/host/**/*.int.test.ts']
/**
 * Files that share what they import: half of the time of the processor went into loading and
 * compiling it again for each. Those of other services with one component stay apart: some of them
 * measure the memory of their own process.
 */
const sharing = ({ test }: ReturnType<typeof project>, include = test.include) => ({
  test: { ...test, include, isolate: false }
})

const listed = (name: string, include: readonly string[], groupOrder: number, maxWorkers = 1) => ({
  test: {
    ...project(name, '', 300_000).test,
    include: [...include],
    maxWorkers,
    sequence: { groupOrder }
  }
})
const listedFiles = [
  ...coreFiles,
  ...brokerFiles,
  ...fleetFiles,
  ...browserFiles,
  ...containerFiles
]

/**
 * The whole before its parts: what takes longest begins first, and no long file is left alone at
 * the end.
 */
class LongestKindFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const kind = ({ project }: TestSpecification) =>
      ['core', 'e2e', 'commands', 'int', 'page', 'unit'].indexOf(project.name)
    return (await super.sort(files)).toSorted((a, b) => kind(a) - kind(b))
  }
}

export default defineConfig({
  test: {
    // Tests wait for processes as much as they compute: three at a time also where there are two
    // processors.
    maxWorkers: 3,
    sequence: { sequencer: LongestKindFirst },
    // Starts Kafka when the first test asks for it, and ends it with the run.
    globalSetup: ['packages/testing/src/kafka/kafka-global-setup.ts'],
    projects: [
      // Pure tests share what they import: half of their time went into importing it again for each
      // file. The page keeps its state in modules, so each of its files begins anew.
      pure(
        'unit',
        members.map(member => `${member}/**/*.test.ts`),
        ['services/console/**', ...checkFiles],
        { isolate: false }
      ),
      pure('page', ['services/console/**/*.test.ts'], [], {
        experimental: {},
        setupFiles: inEnglish
      }),
      pure('check', checkFiles, [], { isolate: false }),
      { test: { ...project('core', '', 300_000).test, include: [...coreFiles] } },
      project('int', 'int.test.ts', 120_000, [...listedFiles, ...commandFiles]),
      sharing(project('commands', 'int.test.ts', 120_000, listedFiles), commandFiles),
      sharing(project('e2e', 'e2e.test.ts', 300_000, listedFiles)),
      listed('kafka', brokerFiles, 1, 2),
      listed('fleet', fleetFiles, 2),
      {
        test: {
          ...listed('browser', browserFiles, 3, 2).test,
          isolate: false,
          setupFiles: inEnglish,
          globalSetup: ['e2e/browser/support/browser-global-setup.ts']
        }
      },
      listed('containers', containerFiles, 4)
    ]
  }
})
