// Holds frames of the stream to their schemas: every required member, and no undocumented one.

import { componentSchemas } from '@tocsin/contracts/openapi/components'
import { DocumentedAnswers } from './documented-answers.ts'

const schemaOfType: Readonly<Record<string, string>> = {
  authenticated: 'AuthenticatedFrame',
  subscribed: 'SubscribedFrame',
  snapshot: 'SnapshotFrame',
  alert: 'AlertFrame',
  heartbeat: 'HeartbeatFrame',
  unsubscribed: 'UnsubscribedFrame',
  notice: 'NoticeFrame'
}

let documented: DocumentedAnswers | null = null

/** Faults of a server-sent event's data, as sentences. */
export function eventDataFaults(type: string, data: unknown): readonly string[] {
  documented ??= new DocumentedAnswers({ paths: {}, components: { schemas: componentSchemas } })
  const name = `${type.slice(0, 1).toUpperCase()}${type.slice(1)}EventData`
  return documented.faultsOfPart(name, data).map(fault => `${name}: ${fault}`)
}

/** Faults of a frame, as sentences. */
export function frameFaults(frame: { readonly type: string }): readonly string[] {
  documented ??= new DocumentedAnswers({ paths: {}, components: { schemas: componentSchemas } })
  const name = schemaOfType[frame.type]
  if (name === undefined) return [`no frame has the type ${frame.type}`]
  return documented.faultsOfPart(name, frame).map(fault => `${name}: ${fault}`)
}
