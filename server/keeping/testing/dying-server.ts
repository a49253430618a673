/** A server that works on what is due until it is killed as it sends a statement. Arguments: URL, data folder, how many it lives. */
import { flushCompileCache } from 'node:module'
import { createBus } from '../../bus.ts'
import { createRecordings } from '../../recording/recordings.ts'
import { runJobs } from '../job.service.ts'
import { dyingDatabase } from './dying.ts'

// Where what was compiled is kept for the next, it would not be by one that is killed.
flushCompileCache()
const [url = '', dataDir = '', statements = ''] = process.argv.slice(2)
const kill = () => void process.kill(process.pid, 'SIGKILL')
const { db, close } = dyingDatabase(url, Number(statements), kill)
const config = { dataDir }
await runJobs({ db, bus: createBus(), config, recordings: createRecordings({ db, config }) })
await close()
