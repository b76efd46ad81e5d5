import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds documents by the first key of an index that is not unique: enough for queries that give it a value, whatever else they ask. In memory only; the
 * collection fills it when it is opened. Documents are told from each other by their _id.
 */
final class FirstKeyIndex extends Index<Object> {
  private final String firstKey = getKeys().get(0).getKey();
  private final Map<KeyValue, Map<KeyValue, Object>> positions = new HashMap<>();
  private final Set<KeyValue> documents = new HashSet<>();

  FirstKeyIndex(String name, List<IndexKey> keys) {
    // Sparse, as then the collection does not take this index for the one that knows where a document is.
    super(name, keys, true);
  }

  /** Not where more than half of the documents have the value: reading all of them in their order is faster. */
  @Override
  public synchronized boolean canHandle(Document query) {
    Object value = query.get(firstKey);
    if (value == null || value instanceof Document || value instanceof Collection) return false;
    return found(value).size() * 2 <= documents.size();
  }

  @Override
  public synchronized Iterable<Object> getPositions(Document query) {
    return new ArrayList<>(found(query.get(firstKey)).values());
  }

  private Map<KeyValue, Object> found(Object value) {
    return positions.getOrDefault(new KeyValue(value).normalized(), Map.of());
  }

  @Override
  public synchronized void add(Document document, Object position, MongoCollection<Object> collection) {
    KeyValue id = idOf(document);
    documents.add(id);
    for (KeyValue value : valuesOf(document)) {
      positions.computeIfAbsent(value, (any) -> new HashMap<>()).put(id, position);
    }
  }

  @Override
  public synchronized Object remove(Document document) {
    KeyValue id = idOf(document);
    documents.remove(id);
    for (KeyValue value : valuesOf(document)) {
      Map<KeyValue, Object> ofValue = positions.get(value);
      if (ofValue == null) continue;
      ofValue.remove(id);
      if (ofValue.isEmpty()) positions.remove(value);
    }
    return null;
  }

  @Override
  public synchronized void updateInPlace(Document before, Document after, Object position, MongoCollection<Object> collection) {
    remove(before);
    add(after, position, collection);
  }

  private static KeyValue idOf(Document document) {
    return new KeyValue(document.get("_id")).normalized();
  }

  /** One for each element where the key is in an array. */
  private Set<KeyValue> valuesOf(Document document) {
    Set<KeyValue> values = new HashSet<>();
    for (KeyValue all : getKeyValues(document)) {
      values.add(new KeyValue(all.get(0)).normalized());
    }
    return values;
  }

  @Override
  public Object getPosition(Document document) {
    return null;
  }

  @Override
  public void checkAdd(Document document, MongoCollection<Object> collection) {
    // Any number of documents may have the same values.
  }

  @Override
  public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {
    // Any number of documents may have the same values.
  }

  @Override
  public synchronized long getCount() {
    return documents.size();
  }

  @Override
  public synchronized boolean isEmpty() {
    return documents.isEmpty();
  }

  @Override
  public long getDataSize() {
    return 0;
  }

  @Override
  public synchronized void drop() {
    positions.clear();
    documents.clear();
  }
}
