#!/usr/bin/env perl
# Prints the tree of the message on standard input as JSON, as MIME::Parser sees it; works in the folder given.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use Encode qw(decode);
use JSON::PP;
use MIME::Parser;

my $parser = MIME::Parser->new;
$parser->output_dir($ARGV[0]);
$parser->extract_nested_messages(1);
$parser->decode_headers(0);
binmode STDIN;
print JSON::PP->new->utf8->canonical->encode(tree($parser->parse(\*STDIN)));

sub tree {
    my ($entity) = @_;
    my $name = $entity->head->mime_attr('content-disposition.filename');
    my $body = $entity->bodyhandle;
    my $content = $body ? $body->as_string : '';
    my $lines = $content =~ s/\r\n/\n/gr;
    my $parts = [map { tree($_) } $entity->parts];
    return {
        media => $entity->mime_type,
        # The parser writes names of RFC 2231 as encoded words.
        name => defined $name ? decode('MIME-Header', $name) : undef,
        sha256 => sha256_hex($content),
        lines => sha256_hex($lines),
        parts => $parts,
    };
}
