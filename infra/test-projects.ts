// What `npm test` leaves to steps of their own: tests of many processes for minutes, in a browser,
// in containers. Each is a project of vitest.config.ts; `.ci/run` runs them all.

/** Nine processes of a suite on Kafka, which fill a machine. */
export const fleetFiles = ['e2e/kafka/*.e2e.test.ts']

/** Brokers of their own, or processes of a suite on Kafka: two files at a time. */
export const brokerFiles = [
  'packages/cli/test/suite/kafka-*.int.test.ts',
  'packages/cli/test/log-copy/kafka-*.int.test.ts',
  'packages/event-log/test/kafka/kafka-{damage,erasure,processes,replicas}.int.test.ts',
  'packages/event-log/test/kafka/chaos/*.int.test.ts',
  'packages/event-log/test/kafka/driver/kafka-driver-security.int.test.ts',
  'packages/testing/test/kafka-broker.int.test.ts'
]

/** Pages and the client in Chromium. */
export const browserFiles = [
  'e2e/console/**/*.e2e.test.ts',
  'e2e/page/*.e2e.test.ts',
  'e2e/client/client-browser.e2e.test.ts'
]

/** The images, on a container engine. */
export const containerFiles = [
  'e2e/containers/**/*.e2e.test.ts',
  'packages/testing/test/kafka-container.int.test.ts'
]
