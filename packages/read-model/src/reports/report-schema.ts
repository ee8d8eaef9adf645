// The tables of the incidents log: reports, their numbers in alert events, and when each source last
// reported. `report_fact` has the clocks, rules and declarations of theatres, and what officers asked
// for.

import { topics } from '@tocsin/event-log/topics'
import type { TableGroup } from '../read-model.ts'
import { factTable } from './fact-table.ts'
import { reportNumberTable } from './report-numbers.ts'

export const reportTables: TableGroup = {
  topic: topics.incidents,
  tables: ['report', 'report_own', 'report_number', 'source_heard', 'source_day', 'report_fact'],
  schema: `
create table report(
  n integer primary key, id_start integer not null, report_id text not null, body text not null,
  outside_at integer, handling text
) strict;
create index report_id_start on report(id_start);
create index report_outside on report(outside_at) where outside_at is not null;
create table report_own(
  key_id text not null, at integer not null, report_id text not null,
  primary key(key_id, at, report_id)
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
${factTable}`
}
