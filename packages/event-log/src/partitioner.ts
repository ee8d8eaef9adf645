// The partition of a key: murmur2 as in Kafka's own clients, so that a log copied between adapters
// keeps every key in its partition.

import { type Topic, topics } from './topics.ts'

const seed = 0x9747b28c
const multiplier = 0x5bd1e995
const shift = 24

const encoder = new TextEncoder()

/**
 * Partition of a key among `count`: positive murmur2 of its UTF-8 bytes, modulo `count`. Pure.
 * Source: Kafka's BuiltInPartitioner.
 */
export function computePartition(key: string, count: number): number {
  if (count === 1) return 0
  return (computeMurmur2(encoder.encode(key)) & 0x7fffffff) % count
}

/**
 * Partition of a record of a topic: that of its key; for snapshots that of the theatre at the start
 * of the key, so that whoever takes over a partition finds all snapshots of its theatres in one
 * place. Pure.
 */
export function assignPartition(topic: Topic, key: string, count: number): number {
  if (count === 1) return 0
  return computePartition(
    topic === topics.snapshots ? (key.split('/', 1)[0] as string) : key,
    count
  )
}

/**
 * Kafka's 32-bit murmur2, as a signed integer. Pure; O(n). Source:
 * org.apache.kafka.common.utils.Utils.murmur2.
 */
export function computeMurmur2(data: Uint8Array): number {
  const length = data.length
  let h = seed ^ length
  const words = length >> 2
  for (let i = 0; i < words; i++) {
    const at = i * 4
    let k = data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)
    k = Math.imul(k, multiplier)
    k ^= k >>> shift
    k = Math.imul(k, multiplier)
    h = Math.imul(h, multiplier) ^ k
  }
  return finish(h, data, words * 4)
}

function finish(hash: number, data: Uint8Array, tail: number): number {
  let h = hash
  const left = data.length - tail
  if (left >= 3) h ^= data[tail + 2]! << 16
  if (left >= 2) h ^= data[tail + 1]! << 8
  if (left >= 1) h = Math.imul(h ^ data[tail]!, multiplier)
  h ^= h >>> 13
  h = Math.imul(h, multiplier)
  return (h ^ (h >>> 15)) | 0
}
