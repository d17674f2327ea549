import { describe, expect, it } from 'vitest';
import { readError, readPage } from '../../src/storages/s3Xml.js';

describe('readPage', () => {
  it('reads objects, folders and where the next page begins', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8"?>
      <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
        <Name>bucket</Name><Prefix>a/</Prefix><KeyCount>3</KeyCount><MaxKeys>1000</MaxKeys>
        <IsTruncated>true</IsTruncated><NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=</NextContinuationToken>
        <Contents><Key>a/1</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;x&quot;</ETag><Size>12</Size></Contents>
        <Contents>
          <Key>a/b &amp; c&#x41;&#66;&lt;&unknown;</Key>
          <Size>0</Size>
        </Contents>
        <CommonPrefixes><Prefix>a/d/</Prefix></CommonPrefixes>
      </ListBucketResult>`;
    expect(readPage(xml)).toEqual({
      objects: [
        { key: 'a/1', bytes: 12 },
        { key: 'a/b & cAB<&unknown;', bytes: 0 },
      ],
      folders: ['a/d/'],
      next: '1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=',
    });
  });

  it('reads the last page, and an empty one', () => {
    const last = '<ListBucketResult><IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>';
    expect(readPage(last)).toEqual({ objects: [], folders: [], next: undefined });
    expect(readPage('')).toEqual({ objects: [], folders: [], next: undefined });
  });
});

describe('readError', () => {
  it('reads code and message, where there are any', () => {
    expect(readError('<Error><Code>AccessDenied</Code><Message>No.</Message></Error>')).toEqual({ code: 'AccessDenied', message: 'No.' });
    expect(readError('<html>Bad gateway</html>')).toEqual({ code: undefined, message: undefined });
  });
});
