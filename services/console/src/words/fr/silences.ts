export { part } from '../en/silences.ts'
