// The protocol versions that the kafkajs driver uses: the newest that kafkajs has a format for; of
// Metadata the one with topic ids.

import type { ApiName } from '../driver/driver.ts'

export const speaks: Readonly<Record<ApiName, number>> = {
  Produce: 7,
  Fetch: 11,
  ListOffsets: 3,
  Metadata: 12,
  OffsetCommit: 5,
  OffsetFetch: 4,
  FindCoordinator: 2,
  JoinGroup: 5,
  Heartbeat: 3,
  LeaveGroup: 3,
  SyncGroup: 3,
  ApiVersions: 2,
  CreateTopics: 3,
  DeleteTopics: 1,
  DeleteRecords: 1,
  DescribeConfigs: 2,
  CreatePartitions: 1
}
