
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'cosup' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'cosup'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'cosup' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('put', 'put', [CompletionResultType]::ParameterValue, 'Upload files, or go on with what an earlier run began')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Go on with unfinished uploads')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'Show which slices the server holds')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the unfinished uploads known here')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Give up unfinished uploads')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare files with the server, without downloading')
            [CompletionResult]::new('stat', 'stat', [CompletionResultType]::ParameterValue, 'Show the attributes of an object or directory')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List a directory')
            [CompletionResult]::new('mkdir', 'mkdir', [CompletionResultType]::ParameterValue, 'Make a directory')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove one object or one empty directory')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in force and where each came from')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check configuration, permissions, clock, network and signature')
            [CompletionResult]::new('emulator', 'emulator', [CompletionResultType]::ParameterValue, 'Run a local server that speaks the protocol')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print or write the man pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cosup;put' {
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Take only files whose path below the source fits this pattern')
            [CompletionResult]::new('--exclude', '--exclude', [CompletionResultType]::ParameterName, 'Leave out files whose path below the source fits this pattern')
            [CompletionResult]::new('--files-from', '--files-from', [CompletionResultType]::ParameterName, 'Read the names of the files from this file, one a line; `-` is standard input')
            [CompletionResult]::new('--shard', '--shard', [CompletionResultType]::ParameterName, 'Take only share I of N equal shares, so that N machines divide a tree')
            [CompletionResult]::new('--expect-size', '--expect-size', [CompletionResultType]::ParameterName, 'Expect this many bytes on standard input, and finish nothing shorter or longer')
            [CompletionResult]::new('--if-exists', '--if-exists', [CompletionResultType]::ParameterName, 'Choose what happens when the destination holds other content [default: fail]')
            [CompletionResult]::new('--slice-size', '--slice-size', [CompletionResultType]::ParameterName, 'Cut files into slices of this size: 64K to 1M, 2M or 3M [default: 1M]')
            [CompletionResult]::new('--slice-threshold', '--slice-threshold', [CompletionResultType]::ParameterName, 'Send files up to this size in one request [default: 8M]')
            [CompletionResult]::new('--biz-attr', '--biz-attr', [CompletionResultType]::ParameterName, 'Store this attribute with the object')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Print this for each file, instead of its access URL')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Keep this many slices in flight over all files [default: 8]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Keep this many slices in flight over all files [default: 8]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for another cosup that works on the same upload, at most this long')
            [CompletionResult]::new('--limit-rate', '--limit-rate', [CompletionResultType]::ParameterName, 'Send at most this many bytes a second: 10M, or by the hour as "08:00,2M 19:00,off"')
            [CompletionResult]::new('--window', '--window', [CompletionResultType]::ParameterName, 'Work only in these hours, local time: 23:00-07:00, or 23:00-07:00,Sat-Sun')
            [CompletionResult]::new('--max-duration', '--max-duration', [CompletionResultType]::ParameterName, 'Stop after this long, to go on another time')
            [CompletionResult]::new('--ledger', '--ledger', [CompletionResultType]::ParameterName, 'Append a receipt for each finished file, and skip files that have one and have not changed')
            [CompletionResult]::new('--on-success', '--on-success', [CompletionResultType]::ParameterName, 'Run this after each file that went up')
            [CompletionResult]::new('--on-failure', '--on-failure', [CompletionResultType]::ParameterName, 'Run this after each file that did not')
            [CompletionResult]::new('--hook-timeout', '--hook-timeout', [CompletionResultType]::ParameterName, 'Kill a command of --on-success or --on-failure after this long [default: 60s]')
            [CompletionResult]::new('--ping', '--ping', [CompletionResultType]::ParameterName, 'Call URL/start at the start, URL after success, URL/CODE after a failure, as healthchecks does')
            [CompletionResult]::new('--metrics', '--metrics', [CompletionResultType]::ParameterName, 'Write metrics of the run to this file, for the textfile collector of Prometheus')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'Upload directories with everything in them')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'Upload directories with everything in them')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'Expect a zero byte after each name in --files-from, instead of a line break')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Expect a zero byte after each name in --files-from, instead of a line break')
            [CompletionResult]::new('--no-mkdirs', '--no-mkdirs', [CompletionResultType]::ParameterName, 'Fail where the remote directory is missing, instead of making it')
            [CompletionResult]::new('--remove-source', '--remove-source', [CompletionResultType]::ParameterName, 'Remove each local file once its object is proved')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say why each file is sent, resumed, restarted or skipped')
            [CompletionResult]::new('--require-state', '--require-state', [CompletionResultType]::ParameterName, 'Fail rather than upload without a checkpoint')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;resume' {
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Keep this many slices in flight over all files [default: 8]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Keep this many slices in flight over all files [default: 8]')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait for another cosup that works on the same upload, at most this long')
            [CompletionResult]::new('--limit-rate', '--limit-rate', [CompletionResultType]::ParameterName, 'Send at most this many bytes a second: 10M, or by the hour as "08:00,2M 19:00,off"')
            [CompletionResult]::new('--window', '--window', [CompletionResultType]::ParameterName, 'Work only in these hours, local time: 23:00-07:00, or 23:00-07:00,Sat-Sun')
            [CompletionResult]::new('--max-duration', '--max-duration', [CompletionResultType]::ParameterName, 'Stop after this long, to go on another time')
            [CompletionResult]::new('--ledger', '--ledger', [CompletionResultType]::ParameterName, 'Append a receipt for each finished file, and skip files that have one and have not changed')
            [CompletionResult]::new('--on-success', '--on-success', [CompletionResultType]::ParameterName, 'Run this after each file that went up')
            [CompletionResult]::new('--on-failure', '--on-failure', [CompletionResultType]::ParameterName, 'Run this after each file that did not')
            [CompletionResult]::new('--hook-timeout', '--hook-timeout', [CompletionResultType]::ParameterName, 'Kill a command of --on-success or --on-failure after this long [default: 60s]')
            [CompletionResult]::new('--ping', '--ping', [CompletionResultType]::ParameterName, 'Call URL/start at the start, URL after success, URL/CODE after a failure, as healthchecks does')
            [CompletionResult]::new('--metrics', '--metrics', [CompletionResultType]::ParameterName, 'Write metrics of the run to this file, for the textfile collector of Prometheus')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Say what would be done, and do nothing')
            [CompletionResult]::new('--explain', '--explain', [CompletionResultType]::ParameterName, 'Say why each file is sent, resumed, restarted or skipped')
            [CompletionResult]::new('--require-state', '--require-state', [CompletionResultType]::ParameterName, 'Fail rather than upload without a checkpoint')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;parts' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;status' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('--watch', '--watch', [CompletionResultType]::ParameterName, 'Show it again every second until stopped')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;abort' {
            [CompletionResult]::new('--older-than', '--older-than', [CompletionResultType]::ParameterName, 'Take those that nothing happened to for this long')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Take every unfinished upload')
            [CompletionResult]::new('--remote', '--remote', [CompletionResultType]::ParameterName, 'Drop the server''s unfinished session too; never a finished object')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;verify' {
            [CompletionResult]::new('--ledger', '--ledger', [CompletionResultType]::ParameterName, 'Check every upload that this ledger has a receipt for')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;stat' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;ls' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-l', '-l', [CompletionResultType]::ParameterName, 'Show size, time and sum too')
            [CompletionResult]::new('--long', '--long', [CompletionResultType]::ParameterName, 'Show size, time and sum too')
            [CompletionResult]::new('-r', '-r', [CompletionResultType]::ParameterName, 'List the directories below it too')
            [CompletionResult]::new('--recursive', '--recursive', [CompletionResultType]::ParameterName, 'List the directories below it too')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;mkdir' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Make the directories above it too, and take one that is there for made')
            [CompletionResult]::new('--parents', '--parents', [CompletionResultType]::ParameterName, 'Make the directories above it too, and take one that is there for made')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;rm' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;config' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show each setting and where it came from, secrets redacted')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the settings file')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Ask for what is needed and write the settings file, for your eyes only')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cosup;config;show' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;config;path' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;config;init' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;config;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show each setting and where it came from, secrets redacted')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the settings file')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Ask for what is needed and write the settings file, for your eyes only')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cosup;config;help;show' {
            break
        }
        'cosup;config;help;path' {
            break
        }
        'cosup;config;help;init' {
            break
        }
        'cosup;config;help;help' {
            break
        }
        'cosup;doctor' {
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Check that this bucket can be reached')
            [CompletionResult]::new('--upload', '--upload', [CompletionResultType]::ParameterName, 'Upload a small file to this directory, measure the rate, and remove it')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;emulator' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Listen on this address; port 0 takes any free one')
            [CompletionResult]::new('--root', '--root', [CompletionResultType]::ParameterName, 'Keep objects and unfinished uploads in this directory')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Know this secret id; its key comes from `COSUP_SECRET_KEY`')
            [CompletionResult]::new('--accounts', '--accounts', [CompletionResultType]::ParameterName, 'Know the accounts in this file, one `[[account]]` table each')
            [CompletionResult]::new('--bucket', '--bucket', [CompletionResultType]::ParameterName, 'Have only this bucket; may be given several times; all buckets exist otherwise')
            [CompletionResult]::new('--session-ttl', '--session-ttl', [CompletionResultType]::ParameterName, 'Forget unfinished uploads after this time without a slice')
            [CompletionResult]::new('--idle-timeout', '--idle-timeout', [CompletionResultType]::ParameterName, 'Close connections that are silent for this long')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Make something go wrong on purpose; may be given several times')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('--require-dirs', '--require-dirs', [CompletionResultType]::ParameterName, 'Refuse to put anything into a directory that was not made')
            [CompletionResult]::new('--require-parts', '--require-parts', [CompletionResultType]::ParameterName, 'Refuse an upload with a sha but without the digests of its parts')
            [CompletionResult]::new('--serial', '--serial', [CompletionResultType]::ParameterName, 'Ask for one slice at a time')
            [CompletionResult]::new('--strict-serial', '--strict-serial', [CompletionResultType]::ParameterName, 'Ask for one slice at a time, and refuse those out of turn')
            [CompletionResult]::new('--fsync', '--fsync', [CompletionResultType]::ParameterName, 'Sync everything to the disk before acknowledging it')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Serve what was asked and answered at `/_cosup/journal`')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;completions' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;man' {
            [CompletionResult]::new('--dir', '--dir', [CompletionResultType]::ParameterName, 'Write one page for each command into this directory')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile of the settings file')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read settings from this file instead of the user''s')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Send to this URL instead: http or https, with or without /files/v2')
            [CompletionResult]::new('--appid', '--appid', [CompletionResultType]::ParameterName, 'Set the number of the account')
            [CompletionResult]::new('--emulator', '--emulator', [CompletionResultType]::ParameterName, 'Start the emulator for this one command and talk to it')
            [CompletionResult]::new('--state-dir', '--state-dir', [CompletionResultType]::ParameterName, 'Keep checkpoints in this directory')
            [CompletionResult]::new('--retries', '--retries', [CompletionResultType]::ParameterName, 'Try each call again up to this many times [default: 10]')
            [CompletionResult]::new('--retry-for', '--retry-for', [CompletionResultType]::ParameterName, 'Give up after this long without progress [default: 15m]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Wait this long for an answer, on top of the time the bytes need [default: 60s]')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Wait this long for a connection [default: 10s]')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this proxy; `none` ignores those of the environment')
            [CompletionResult]::new('--ca-cert', '--ca-cert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file too')
            [CompletionResult]::new('--progress', '--progress', [CompletionResultType]::ParameterName, 'Choose how progress is shown [default: auto]')
            [CompletionResult]::new('--progress-interval', '--progress-interval', [CompletionResultType]::ParameterName, 'Write at most one line of progress in this time, off a terminal [default: 60s]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Choose whether output has colours [default: auto]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing unless something fails')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show each request')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and events as JSON, one object a line')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'cosup;help' {
            [CompletionResult]::new('put', 'put', [CompletionResultType]::ParameterValue, 'Upload files, or go on with what an earlier run began')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Go on with unfinished uploads')
            [CompletionResult]::new('parts', 'parts', [CompletionResultType]::ParameterValue, 'Show which slices the server holds')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show the unfinished uploads known here')
            [CompletionResult]::new('abort', 'abort', [CompletionResultType]::ParameterValue, 'Give up unfinished uploads')
            [CompletionResult]::new('verify', 'verify', [CompletionResultType]::ParameterValue, 'Compare files with the server, without downloading')
            [CompletionResult]::new('stat', 'stat', [CompletionResultType]::ParameterValue, 'Show the attributes of an object or directory')
            [CompletionResult]::new('ls', 'ls', [CompletionResultType]::ParameterValue, 'List a directory')
            [CompletionResult]::new('mkdir', 'mkdir', [CompletionResultType]::ParameterValue, 'Make a directory')
            [CompletionResult]::new('rm', 'rm', [CompletionResultType]::ParameterValue, 'Remove one object or one empty directory')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the settings in force and where each came from')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Check configuration, permissions, clock, network and signature')
            [CompletionResult]::new('emulator', 'emulator', [CompletionResultType]::ParameterValue, 'Run a local server that speaks the protocol')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print or write the man pages')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'cosup;help;put' {
            break
        }
        'cosup;help;resume' {
            break
        }
        'cosup;help;parts' {
            break
        }
        'cosup;help;status' {
            break
        }
        'cosup;help;abort' {
            break
        }
        'cosup;help;verify' {
            break
        }
        'cosup;help;stat' {
            break
        }
        'cosup;help;ls' {
            break
        }
        'cosup;help;mkdir' {
            break
        }
        'cosup;help;rm' {
            break
        }
        'cosup;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Show each setting and where it came from, secrets redacted')
            [CompletionResult]::new('path', 'path', [CompletionResultType]::ParameterValue, 'Print the path of the settings file')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Ask for what is needed and write the settings file, for your eyes only')
            break
        }
        'cosup;help;config;show' {
            break
        }
        'cosup;help;config;path' {
            break
        }
        'cosup;help;config;init' {
            break
        }
        'cosup;help;doctor' {
            break
        }
        'cosup;help;emulator' {
            break
        }
        'cosup;help;completions' {
            break
        }
        'cosup;help;man' {
            break
        }
        'cosup;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
