/**
 * The libhdf5 thread: waits for tasks, reads one header at a time with the library's blocking calls, and
 * reports the outcome. Started by `thread.ts`; bundled as a separate module.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { LibraryCrashedError, loadLibrary, ReadingStoppedError } from './library.ts';
import { type ReadOutcome, type ReadTask, SharedState, type ThreadData } from './messages.ts';
import { RemoteFolder } from './mount.ts';
import { NoBytesError, PageDevice } from './page-device.ts';
import { FileUnreadableError, visitFile } from './visit.ts';

const { pages, shared, maxHeapBytes } = workerData as ThreadData;
const state = new SharedState(shared);
const library = await loadLibrary(maxHeapBytes);
const folder = new RemoteFolder(library.module);

parentPort!.on('message', (task: ReadTask) => {
  state.tick();
  void readOutcome(task).then((outcome) => parentPort!.postMessage(outcome));
});

async function readOutcome(task: ReadTask): Promise<ReadOutcome> {
  try {
    const device = new PageDevice(task.byteLength, pages, state);
    const header = await visitFile(library, folder, device, task, state);
    return { kind: 'header', header, worn: library.isWorn };
  } catch (error) {
    if (error instanceof FileUnreadableError) {
      return { kind: 'unreadable', reason: error.reason, detail: error.message, worn: library.isWorn };
    }
    if (error instanceof ReadingStoppedError || error instanceof NoBytesError) return { kind: 'stopped' };
    const detail =
      error instanceof LibraryCrashedError ? error.message : String((error as Error).stack ?? error);
    return { kind: 'faulted', detail };
  }
}
