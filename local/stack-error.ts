/** Something the person at the terminal can mend: one plain sentence that says what is wrong and what to do. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/** The same error, or its plain sentence when it is one that everybody meets (a full disk, a missing right). */
export function plain(error: unknown, folder: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC')
    return new StackError(
      `The disk that holds ${folder} is full: free some space there, or set SHOPVERSE_HOME and SHOPVERSE_TOOLS to another disk.`,
    );
  if (code === 'EACCES' || code === 'EROFS')
    return new StackError(
      `${folder} can't be written: give yourself the right, or set SHOPVERSE_HOME and SHOPVERSE_TOOLS to a folder of yours.`,
    );
  return error;
}
