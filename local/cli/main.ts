/** `shopverse`: the local stack's tool. */
import { Command } from 'commander';
import { ConfigError } from '@shopverse/mesh/config/read';
import { VERSION } from '@shopverse/mesh/lifecycle/version';
import { StackError } from '../stack-error.ts';
import { rebuildAnalytics } from './analytics.ts';
import { audit } from './audit.ts';
import { call } from './call.ts';
import { demo } from './demo.ts';
import { dlqAct, dlqList, dlqShow } from './dlq.ts';
import { doctor } from './doctor.ts';
import { down } from './down.ts';
import { exportFile } from './export.ts';
import { lag, replay, tail } from './events.ts';
import { fault } from './fault.ts';
import { fetchAll } from './fetch.ts';
import { importFile } from './import.ts';
import { keysRotate } from './keys.ts';
import { logs } from './logs.ts';
import { mailPreview } from './mail.ts';
import { reset } from './reset.ts';
import { mesh } from './mesh.ts';
import { restart } from './restart.ts';
import { scale } from './scale.ts';
import { seed } from './seed.ts';
import { status } from './status.ts';
import { startPart, stopPart } from './one-part.ts';
import { up } from './up.ts';

const program = new Command('shopverse')
  .description('The ShopVerse stack on this machine: real servers, no Docker.')
  .version(VERSION)
  .showHelpAfterError();

program
  .command('up')
  .description('start the stack; Ctrl-C stops it')
  .option('-d, --detach', 'return when it is up and leave it running')
  .action(up);
program.command('down').description('stop the stack; all data stays').action(down);
program.command('fetch').description('fetch and build all servers, without starting anything').action(fetchAll);
program.command('status').description('show every part: state, address, memory').option('--json', 'as JSON').action(status);
program
  .command('logs')
  .description("show a part's log")
  .argument('<part>')
  .option('-f, --follow', 'go on as it grows')
  .option('-n, --lines <n>', 'how many lines of it', '50')
  .option('--json', 'as it was written')
  .action(logs);
program.command('start').description('start one part of the running stack').argument('<part>').action(startPart);
program.command('stop').description('stop one part of the running stack').argument('<part>').action(stopPart);
program
  .command('scale')
  .description('run so many replicas of a service: product=3; remembered until it is scaled again')
  .argument('<service=number...>')
  .action(scale);
program
  .command('restart')
  .description('restart services, all when none is named, one replica after the other and without a failed call')
  .argument('[service...]')
  .action(restart);
program
  .command('mesh')
  .description('show who runs where, until when their certificates are good, how they are called and who calls whom')
  .option('--json', 'as JSON')
  .action(mesh);
program
  .command('fault')
  .description('make trouble on purpose: a share of the calls of a method is late or refused; without a service, show what is made')
  .argument('[service]')
  .argument('[method]', 'GetProduct; all methods when absent')
  .option('--delay <time>', 'how late: 200ms')
  .option('--abort <code>', 'refused as: UNAVAILABLE, RESOURCE_EXHAUSTED, DEADLINE_EXCEEDED, INTERNAL or ABORTED')
  .option('--percent <share>', 'of the calls', '100')
  .option('--for <time>', 'it ends by itself after this: 30s, 10m', '10m')
  .option('--clear', 'end it now')
  .option('--json', 'as JSON')
  .action(fault);
program
  .command('seed')
  .description('put the catalogue, the admin and the demo customer in place (again)')
  .option('--json', 'as JSON')
  .action(seed);
program
  .command('import')
  .description('put a file of products into the catalogue: what is new is added, what is different is changed')
  .argument('[file]', 'CSV or JSON lines')
  .option('--format <format>', "csv or jsonl; the file's ending when absent")
  .option('--resume <id>', 'go on with an import: with its upload, and with watching it')
  .option('--errors <file>', 'write what was wrong with rows to a CSV file')
  .option('--json', 'as JSON, when it has ended')
  .action(importFile);
program
  .command('export')
  .description('write the whole catalogue as import takes it')
  .argument('[file]', 'to stdout when absent')
  .option('--format <format>', "csv or jsonl; the file's ending when absent, else csv")
  .option('--no-stock', 'without what is on hand: importing the file then does not touch stock')
  .option('--json', 'say as JSON how many there are')
  .action(exportFile);
program.command('demo').description("play a customer's whole story against the running stack").option('--json', 'as JSON').action(demo);
program
  .command('call')
  .description('call any method of any service with a workload\'s certificate: call GetProduct \'{"id":"…"}\'')
  .argument('[method]', 'product.v1.ProductService/GetProduct, or an end of it that is one method only')
  .argument('[request]', 'as JSON; - reads it from stdin', '{}')
  .option('--as <workload>', 'whose certificate is shown', 'operator')
  .option('--user <id>', 'act for this user')
  .option('--role <role>', "the user's role: CUSTOMER or ADMIN", 'CUSTOMER')
  .option('-H, --header <line>', 'add metadata, "name: value"', (line, lines: readonly string[]) => [...lines, line], [])
  .option('--timeout <ms>', 'for the whole call, in milliseconds', '10000')
  .option('-l, --list', 'list the methods in whose name the word stands')
  .option('--json', 'as JSON, with status, details and trailers')
  .action(call);
program
  .command('audit')
  .description("check the shop's invariants across all its stores, reading only; exit code 1 when one is broken")
  .option('--patience <seconds>', 'how long a step may take before what it leaves open counts as wrong', '60')
  .option('--json', 'as JSON')
  .action(audit);
program
  .command('analytics')
  .description('the figures')
  .command('rebuild')
  .description('make all figures anew of the events that are kept, then of all that Kafka has; the service must be stopped')
  .option('--dry-run', 'only say of what they would be made')
  .option('--forget', 'also when events are kept no longer, whose part in the figures is lost then')
  .option('--note <text>', 'why, for the record')
  .option('--json', 'as JSON')
  .action(rebuildAnalytics);
const events = program.command('events').description('look at the events on their way, and send a group through them again');
events
  .command('lag')
  .description('show how far each group is behind in each partition, and what waits in the outboxes')
  .option('--group <group>', 'of one group only')
  .option('--json', 'as JSON')
  .action(lag);
events
  .command('tail')
  .description("show a topic's messages, decoded")
  .argument('<topic>')
  .option('--from <time>', 'all since then: 2026-11-27T10:00:00Z, or how long ago: 15m, 2h, 3d')
  .option('-n, --lines <n>', 'without --from: how many of the last', '10')
  .option('-f, --follow', 'go on as they come')
  .option('--json', 'as JSON, one a line')
  .action(tail);
events
  .command('replay')
  .description('let a group that is stopped handle everything since a time again; what had its effect has it not twice')
  .requiredOption('--group <group>', 'the group: mostly the name of its service')
  .requiredOption('--from <time>', '2026-11-27T10:00:00Z, or how long ago: 15m, 2h, 3d')
  .option('--dry-run', 'only say what would come again')
  .option('--note <text>', 'why, for the record')
  .option('--json', 'as JSON')
  .action(replay);
const dlq = program.command('dlq').description('the dead letters: what groups could not handle');
dlq
  .command('list')
  .description('list them, newest first')
  .option('--group <group>', 'of one group only')
  .option('--all', 'those that were replayed or dropped, too')
  .option('--limit <n>', 'most of each group', '100')
  .option('--json', 'as JSON')
  .action(dlqList);
dlq
  .command('show')
  .description('show one with its cause, headers and event')
  .argument('<group>')
  .argument('<id>')
  .option('--json', 'as JSON on one line')
  .action(dlqShow);
for (const [verb, description] of [
  ['replay', 'send them to their group again; their events keep their ids, so no effect comes twice'],
  ['drop', 'put them away for good'],
] as const) {
  dlq
    .command(verb)
    .description(description)
    .argument('<group>')
    .argument('[id...]')
    .option('--all', 'every one that waits')
    .option('--note <text>', 'why, for the record')
    .option('--json', 'as JSON')
    .action(dlqAct(verb));
}
program
  .command('mail')
  .description('what the shop mails')
  .command('preview')
  .description('show a mail as it would go out; without a template, which there are')
  .argument('[template]')
  .option('--html', 'its HTML in place of its text')
  .option('--json', 'as JSON, with both')
  .action(mailPreview);
program
  .command('keys')
  .description('the keys that sign access tokens')
  .command('rotate')
  .description('make the next one now, ahead of its time; it signs once everybody can know it')
  .option('--json', 'as JSON')
  .action(keysRotate);
program.command('doctor').description('check what the stack needs of this machine').option('--json', 'as JSON').action(doctor);
program.command('reset').description('remove all data of the stack').option('-y, --yes', "don't ask").action(reset);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof StackError) && !(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
