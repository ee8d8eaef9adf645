export { part } from '../en/sources.ts'
