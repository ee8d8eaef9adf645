// Which files run in which project of vitest.config.ts. `npm test` runs all pure tests, the page and
// the core; `npm run test:all` and `.ci/run` run every project.

/**
 * What `npm test` runs beside the pure tests: one test of the whole for each promise that pure tests
 * alone cannot prove (infra/docs/promises.md).
 */
export const coreFiles = [
  'packages/event-log/test/embedded/embedded.int.test.ts',
  'packages/auth/test/host/host-server.int.test.ts',
  'services/intake/test/routes.int.test.ts',
  'services/notifier/test/stream/sockets.int.test.ts',
  'packages/host/test/suite/hosts.int.test.ts',
  'packages/host/test/access/route-access.int.test.ts',
  'e2e/simulator/simulator.e2e.test.ts',
  'e2e/simulator/rules-instances.e2e.test.ts',
  'e2e/faults/kill-loop.e2e.test.ts',
  'e2e/story/scenario.e2e.test.ts',
  'e2e/readme-example.e2e.test.ts'
]

/** Links, paths, commands, generated parts and the direction of imports: `npm run check`. */
export const checkFiles = ['infra/*.test.ts']

/** Nine processes of a suite on Kafka, which fill a machine. */
export const fleetFiles = ['e2e/kafka/*.e2e.test.ts']

/** Brokers of their own, or processes of a suite on Kafka: two files at a time. */
export const brokerFiles = [
  'packages/host/test/suite/kafka-*.int.test.ts',
  'packages/cli/test/log-copy/kafka-*.int.test.ts',
  'packages/event-log/test/kafka/kafka-{damage,erasure,processes,replicas,rights}.int.test.ts',
  'packages/event-log/test/kafka/chaos/*.int.test.ts',
  'packages/event-log/test/kafka/driver/kafka-driver-security.int.test.ts',
  'packages/testing/test/kafka-broker.int.test.ts'
]

/** Pages and the client in Chromium. */
export const browserFiles = [
  'e2e/browser/**/*.e2e.test.ts',
  'e2e/client/client-browser.e2e.test.ts'
]

/** The images, on a container engine. */
export const containerFiles = [
  'e2e/containers/**/*.e2e.test.ts',
  'packages/testing/test/kafka-container.int.test.ts'
]
