# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cosup_global_optspecs
    string join \n profile= config= region= endpoint= appid= emulator= state-dir= retries= retry-for= timeout= connect-timeout= proxy= ca-cert= q/quiet v/verbose json progress= progress-interval= color= h/help V/version
end

function __fish_cosup_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cosup_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_cosup_using_subcommand
    set -l cmd (__fish_cosup_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c cosup -n "__fish_cosup_needs_command" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_needs_command" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_needs_command" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_needs_command" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_needs_command" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_needs_command" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_needs_command" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_needs_command" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_needs_command" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_needs_command" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_needs_command" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_needs_command" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_needs_command" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_needs_command" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_needs_command" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_needs_command" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_needs_command" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_needs_command" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_needs_command" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_needs_command" -s V -l version -d 'Print version'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "put" -d 'Upload files, or go on with what an earlier run began'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "resume" -d 'Go on with unfinished uploads'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "parts" -d 'Show which slices the server holds'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "status" -d 'Show the unfinished uploads known here'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "abort" -d 'Give up unfinished uploads'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "verify" -d 'Compare files with the server, without downloading'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "stat" -d 'Show the attributes of an object or directory'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "ls" -d 'List a directory'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "mkdir" -d 'Make a directory'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "rm" -d 'Remove one object or one empty directory'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "config" -d 'Show the settings in force and where each came from'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "doctor" -d 'Check configuration, permissions, clock, network and signature'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "emulator" -d 'Run a local server that speaks the protocol'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "man" -d 'Print or write the man pages'
complete -c cosup -n "__fish_cosup_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cosup -n "__fish_cosup_using_subcommand put" -l include -d 'Take only files whose path below the source fits this pattern' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l exclude -d 'Leave out files whose path below the source fits this pattern' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l files-from -d 'Read the names of the files from this file, one a line; `-` is standard input' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand put" -l shard -d 'Take only share I of N equal shares, so that N machines divide a tree' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l expect-size -d 'Expect this many bytes on standard input, and finish nothing shorter or longer' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l if-exists -d 'Choose what happens when the destination holds other content [default: fail]' -r -f -a "fail\t'Fail with exit code 73; the same bytes already there are success'
skip\t'Leave it and go on with the next file'
overwrite\t'Put the file in its place'"
complete -c cosup -n "__fish_cosup_using_subcommand put" -l slice-size -d 'Cut files into slices of this size: 64K to 1M, 2M or 3M [default: 1M]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l slice-threshold -d 'Send files up to this size in one request [default: 8M]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l biz-attr -d 'Store this attribute with the object' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l output -d 'Print this for each file, instead of its access URL' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -s j -l jobs -d 'Keep this many slices in flight over all files [default: 8]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l wait -d 'Wait for another cosup that works on the same upload, at most this long' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l limit-rate -d 'Send at most this many bytes a second: 10M, or by the hour as "08:00,2M 19:00,off"' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l window -d 'Work only in these hours, local time: 23:00-07:00, or 23:00-07:00,Sat-Sun' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l max-duration -d 'Stop after this long, to go on another time' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l ledger -d 'Append a receipt for each finished file, and skip files that have one and have not changed' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand put" -l on-success -d 'Run this after each file that went up' -r -f -a "(__fish_complete_command)"
complete -c cosup -n "__fish_cosup_using_subcommand put" -l on-failure -d 'Run this after each file that did not' -r -f -a "(__fish_complete_command)"
complete -c cosup -n "__fish_cosup_using_subcommand put" -l hook-timeout -d 'Kill a command of --on-success or --on-failure after this long [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l ping -d 'Call URL/start at the start, URL after success, URL/CODE after a failure, as healthchecks does' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand put" -l metrics -d 'Write metrics of the run to this file, for the textfile collector of Prometheus' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand put" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand put" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand put" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand put" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand put" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand put" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand put" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand put" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand put" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand put" -s r -l recursive -d 'Upload directories with everything in them'
complete -c cosup -n "__fish_cosup_using_subcommand put" -s 0 -l null -d 'Expect a zero byte after each name in --files-from, instead of a line break'
complete -c cosup -n "__fish_cosup_using_subcommand put" -l no-mkdirs -d 'Fail where the remote directory is missing, instead of making it'
complete -c cosup -n "__fish_cosup_using_subcommand put" -l remove-source -d 'Remove each local file once its object is proved'
complete -c cosup -n "__fish_cosup_using_subcommand put" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c cosup -n "__fish_cosup_using_subcommand put" -l explain -d 'Say why each file is sent, resumed, restarted or skipped'
complete -c cosup -n "__fish_cosup_using_subcommand put" -l require-state -d 'Fail rather than upload without a checkpoint'
complete -c cosup -n "__fish_cosup_using_subcommand put" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand put" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand put" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand put" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand resume" -s j -l jobs -d 'Keep this many slices in flight over all files [default: 8]' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l wait -d 'Wait for another cosup that works on the same upload, at most this long' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l limit-rate -d 'Send at most this many bytes a second: 10M, or by the hour as "08:00,2M 19:00,off"' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l window -d 'Work only in these hours, local time: 23:00-07:00, or 23:00-07:00,Sat-Sun' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l max-duration -d 'Stop after this long, to go on another time' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l ledger -d 'Append a receipt for each finished file, and skip files that have one and have not changed' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l on-success -d 'Run this after each file that went up' -r -f -a "(__fish_complete_command)"
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l on-failure -d 'Run this after each file that did not' -r -f -a "(__fish_complete_command)"
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l hook-timeout -d 'Kill a command of --on-success or --on-failure after this long [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l ping -d 'Call URL/start at the start, URL after success, URL/CODE after a failure, as healthchecks does' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l metrics -d 'Write metrics of the run to this file, for the textfile collector of Prometheus' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand resume" -s n -l dry-run -d 'Say what would be done, and do nothing'
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l explain -d 'Say why each file is sent, resumed, restarted or skipped'
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l require-state -d 'Fail rather than upload without a checkpoint'
complete -c cosup -n "__fish_cosup_using_subcommand resume" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand resume" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand resume" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand parts" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand parts" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand parts" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand parts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand status" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand status" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand status" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand status" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand status" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand status" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand status" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand status" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand status" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand status" -l watch -d 'Show it again every second until stopped'
complete -c cosup -n "__fish_cosup_using_subcommand status" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand status" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand status" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l older-than -d 'Take those that nothing happened to for this long' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l all -d 'Take every unfinished upload'
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l remote -d 'Drop the server\'s unfinished session too; never a finished object'
complete -c cosup -n "__fish_cosup_using_subcommand abort" -s y -l yes -d 'Do not ask'
complete -c cosup -n "__fish_cosup_using_subcommand abort" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand abort" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand abort" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand abort" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l ledger -d 'Check every upload that this ledger has a receipt for' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand verify" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand verify" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand verify" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand stat" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand stat" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand stat" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand stat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand ls" -s l -l long -d 'Show size, time and sum too'
complete -c cosup -n "__fish_cosup_using_subcommand ls" -s r -l recursive -d 'List the directories below it too'
complete -c cosup -n "__fish_cosup_using_subcommand ls" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand ls" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand ls" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand ls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -s p -l parents -d 'Make the directories above it too, and take one that is there for made'
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand mkdir" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand rm" -s y -l yes -d 'Do not ask'
complete -c cosup -n "__fish_cosup_using_subcommand rm" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand rm" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand rm" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand rm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "show" -d 'Show each setting and where it came from, secrets redacted'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "path" -d 'Print the path of the settings file'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "init" -d 'Ask for what is needed and write the settings file, for your eyes only'
complete -c cosup -n "__fish_cosup_using_subcommand config; and not __fish_seen_subcommand_from show path init help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show each setting and where it came from, secrets redacted'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "path" -d 'Print the path of the settings file'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "init" -d 'Ask for what is needed and write the settings file, for your eyes only'
complete -c cosup -n "__fish_cosup_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l bucket -d 'Check that this bucket can be reached' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l upload -d 'Upload a small file to this directory, measure the rate, and remove it' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l listen -d 'Listen on this address; port 0 takes any free one' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l root -d 'Keep objects and unfinished uploads in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l secret-id -d 'Know this secret id; its key comes from `COSUP_SECRET_KEY`' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l accounts -d 'Know the accounts in this file, one `[[account]]` table each' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l bucket -d 'Have only this bucket; may be given several times; all buckets exist otherwise' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l session-ttl -d 'Forget unfinished uploads after this time without a slice' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l idle-timeout -d 'Close connections that are silent for this long' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l fault -d 'Make something go wrong on purpose; may be given several times' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l require-dirs -d 'Refuse to put anything into a directory that was not made'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l require-parts -d 'Refuse an upload with a sha but without the digests of its parts'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l serial -d 'Ask for one slice at a time'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l strict-serial -d 'Ask for one slice at a time, and refuse those out of turn'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l fsync -d 'Sync everything to the disk before acknowledging it'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l journal -d 'Serve what was asked and answered at `/_cosup/journal`'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand emulator" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand completions" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand completions" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand completions" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand man" -l dir -d 'Write one page for each command into this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand man" -l profile -d 'Use this profile of the settings file' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l config -d 'Read settings from this file instead of the user\'s' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand man" -l region -d 'Send to the service of this region: tj, bj, sh, gz, cd, sgp, hk, ca or ger' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l endpoint -d 'Send to this URL instead: http or https, with or without /files/v2' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand man" -l appid -d 'Set the number of the account' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l emulator -d 'Start the emulator for this one command and talk to it' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand man" -l state-dir -d 'Keep checkpoints in this directory' -r -f -a "(__fish_complete_directories)"
complete -c cosup -n "__fish_cosup_using_subcommand man" -l retries -d 'Try each call again up to this many times [default: 10]' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l retry-for -d 'Give up after this long without progress [default: 15m]' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l timeout -d 'Wait this long for an answer, on top of the time the bytes need [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l connect-timeout -d 'Wait this long for a connection [default: 10s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l proxy -d 'Go through this proxy; `none` ignores those of the environment' -r -f
complete -c cosup -n "__fish_cosup_using_subcommand man" -l ca-cert -d 'Trust the certificates in this PEM file too' -r -F
complete -c cosup -n "__fish_cosup_using_subcommand man" -l progress -d 'Choose how progress is shown [default: auto]' -r -f -a "auto\t'Bars on a terminal, lines elsewhere'
bars\t'Bars that are drawn over and over'
lines\t'Whole lines now and then'
none\t'Nothing'"
complete -c cosup -n "__fish_cosup_using_subcommand man" -l progress-interval -d 'Write at most one line of progress in this time, off a terminal [default: 60s]' -r
complete -c cosup -n "__fish_cosup_using_subcommand man" -l color -d 'Choose whether output has colours [default: auto]' -r -f -a "auto\t'On a terminal that does not refuse them'
always\t'Always'
never\t'Never'"
complete -c cosup -n "__fish_cosup_using_subcommand man" -s q -l quiet -d 'Print nothing unless something fails'
complete -c cosup -n "__fish_cosup_using_subcommand man" -s v -l verbose -d 'Show each request'
complete -c cosup -n "__fish_cosup_using_subcommand man" -l json -d 'Print results and events as JSON, one object a line'
complete -c cosup -n "__fish_cosup_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "put" -d 'Upload files, or go on with what an earlier run began'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "resume" -d 'Go on with unfinished uploads'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "parts" -d 'Show which slices the server holds'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "status" -d 'Show the unfinished uploads known here'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "abort" -d 'Give up unfinished uploads'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "verify" -d 'Compare files with the server, without downloading'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "stat" -d 'Show the attributes of an object or directory'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "ls" -d 'List a directory'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "mkdir" -d 'Make a directory'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "rm" -d 'Remove one object or one empty directory'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "config" -d 'Show the settings in force and where each came from'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "doctor" -d 'Check configuration, permissions, clock, network and signature'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "emulator" -d 'Run a local server that speaks the protocol'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "completions" -d 'Print the completion script of a shell'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "man" -d 'Print or write the man pages'
complete -c cosup -n "__fish_cosup_using_subcommand help; and not __fish_seen_subcommand_from put resume parts status abort verify stat ls mkdir rm config doctor emulator completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c cosup -n "__fish_cosup_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Show each setting and where it came from, secrets redacted'
complete -c cosup -n "__fish_cosup_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "path" -d 'Print the path of the settings file'
complete -c cosup -n "__fish_cosup_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "init" -d 'Ask for what is needed and write the settings file, for your eyes only'
