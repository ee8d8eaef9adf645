// Run by bench `webhooks` as a process of its own with `--expose-gc`: how a notifier stands with
// deliveries that wait, as JSON. Arguments: subscriptions, deliveries of each, how many are
// drained.

import { measureBacklog } from './parked-backlog.ts'

const [subscriptions, deliveries, drained] = process.argv.slice(2).map(Number)
if (subscriptions === undefined || deliveries === undefined || drained === undefined)
  throw new Error('three numbers are needed')
console.log(JSON.stringify(await measureBacklog({ subscriptions, deliveries, drained })))
