export { createJobsRouter } from './jobs.router.ts';
export { createJobs, type Jobs, type JobsDependencies } from './jobs.ts';
