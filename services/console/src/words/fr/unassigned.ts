export { part } from '../en/unassigned.ts'
