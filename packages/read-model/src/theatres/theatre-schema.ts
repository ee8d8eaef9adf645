// The notifier's tables of the incidents log: the position of each report, its numbers in alert
// events, and when each source last reported. `report_fact` has the clocks, rules and declarations
// of theatres, and what officers asked for.

import { topics } from '@tocsin/event-log/topics'
import type { TableGroup } from '../read-model.ts'
import { createFactTable } from '../reports/fact-table.ts'
import { reportNumberTable } from '../reports/report-numbers.ts'

export const theatreTables: TableGroup = {
  topic: topics.incidents,
  tables: ['report_place', 'report_number', 'source_heard', 'source_day', 'report_fact'],
  schema: `
create table report_place(
  report_id text primary key, partition integer not null, position integer not null,
  reported_at text not null, content_hash text not null, withdrawn integer not null
) strict, without rowid;
${reportNumberTable}
create table source_heard(
  source_id text not null, theatre text not null, handling text not null, last text not null,
  primary key(source_id, theatre, handling)
) strict, without rowid;
create table source_day(
  source_id text not null, theatre text not null, day integer not null, handling text not null,
  count integer not null, primary key(source_id, theatre, day, handling)
) strict, without rowid;
${createFactTable('report_fact')}`
}
