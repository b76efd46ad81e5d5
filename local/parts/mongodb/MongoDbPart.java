import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import java.util.List;

/**
 * A MongoDB-compatible server with a file behind it: MongoDbPart FILE PORT. It reports a wire version that current drivers accept, and
 * commits several times a second, so that a kill loses no more than that.
 */
public final class MongoDbPart {
  private static final int WIRE_VERSION = 13;
  private static final long COMMIT_INTERVAL_MS = 200;

  public static void main(String[] args) throws Exception {
    IndexedBackend backend = new IndexedBackend(args[0]);
    backend.version(new MongoVersion() {
      @Override
      public List<Integer> getVersionArray() {
        return List.of(5, 0, 0);
      }

      @Override
      public int getWireVersion() {
        return WIRE_VERSION;
      }
    });
    MongoServer server = new MongoServer(backend);
    server.bind("127.0.0.1", Integer.parseInt(args[1]));
    Thread committer = new Thread(() -> commitForever(backend), "committer");
    committer.setDaemon(true);
    committer.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> {
      backend.commit();
      server.shutdownNow();
    }));
    System.out.println("ready");
  }

  private static void commitForever(IndexedBackend backend) {
    try {
      while (true) {
        Thread.sleep(COMMIT_INTERVAL_MS);
        backend.commit();
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }
}
