import CLIPLanguage
import CLIPText
import Testing

@Suite struct SentenceFramingTests {
    private typealias Text = SentenceEncoder.EncodedText

    @Test func plainTextsStayAsTheyAre() throws {
        let encoder = try ByteModel.encoder()
        #expect(
            encoder.encode(" a hi ")
                == Text(ids: ByteModel.bytes(" a ") + [ByteModel.hi] + ByteModel.bytes(" "), pooledCount: 5)
        )
    }

    @Test func theStartTokenIsNotPooled() throws {
        let encoder = try ByteModel.encoder(startsTexts: true)
        #expect(encoder.encode("a").ids == [ByteModel.start] + ByteModel.bytes("a"))
        #expect(encoder.encode("a").pooledCount == 1)
    }

    /// Blanks go at the end only: in front the published scheme has a separator, which shields them.
    @Test func theWrapperIsPooledFromTheTextOn() throws {
        let encoder = try ByteModel.encoder { $0.wrapper = .chatML }
        #expect(
            encoder.encode(" hi \n")
                == Text(
                    ids: [ByteModel.opening] + ByteModel.bytes("user\n ") + [
                        ByteModel.hi, ByteModel.closing,
                    ],
                    pooledCount: 3
                )
        )
    }

    @Test func instructionsAreReadAndNotPooled() throws {
        let encoder = try ByteModel.encoder { $0.wrapper = .chatML }
        let plain = encoder.encode("hi")
        let instructed = encoder.encode("hi", instruction: "  Find it: \n")
        #expect(
            instructed.ids
                == [ByteModel.opening] + ByteModel.bytes("user\nFind it: ") + [
                    ByteModel.hi, ByteModel.closing,
                ]
        )
        #expect(instructed.pooledCount == plain.pooledCount)
        #expect(encoder.encode("hi", instruction: " ") == plain)
        let own = try ByteModel.encoder {
            $0.wrapper = .chatML
            $0.instruction = "Find it:"
        }
        #expect(own.encode("hi") == instructed)
        #expect(own.encode("hi", instruction: "") == plain)
    }

    @Test(arguments: [
        (SentenceEncoding.Wrapper.llama3, "<|start_header_id|>user<|end_header_id|>\n\nDo a cat<|eot_id|>"),
        (.chatML, "<|im_start|>user\nDo a cat<|im_end|>"), (.mistral, "[INST] Do a cat [/INST]"),
        (.plain, "Do a cat"),
    ])
    func wrappers(_ wrapper: SentenceEncoding.Wrapper, expected: String) throws {
        let encoder = try ByteModel.encoder {
            $0.wrapper = wrapper
            $0.instruction = "Do"
        }
        #expect(encoder.tokenizer.decode(encoder.encode("a cat").ids, keepingSpecial: true) == expected)
    }

    @Test func anEmptyTextIsTheEndToken() throws {
        #expect(try ByteModel.encoder().encode("") == Text(ids: [ByteModel.end], pooledCount: 1))
        let instructed = try ByteModel.encoder { $0.instruction = "Do" }
        #expect(instructed.encode("") == Text(ids: ByteModel.bytes("Do ") + [ByteModel.end], pooledCount: 1))
        // A closing is there to be pooled.
        let wrapped = try ByteModel.encoder { $0.wrapper = .chatML }
        #expect(
            wrapped.encode(" \n")
                == Text(
                    ids: [ByteModel.opening] + ByteModel.bytes("user\n") + [ByteModel.closing],
                    pooledCount: 1
                )
        )
    }

    @Test func theLastStateIsThatOfAnEndToken() throws {
        let encoder = try ByteModel.encoder { $0.pooling = .last }
        #expect(encoder.encode("ab") == Text(ids: ByteModel.bytes("ab") + [ByteModel.end], pooledCount: 3))
        #expect(encoder.encode("") == Text(ids: [ByteModel.end], pooledCount: 1))
    }

    /// 40 words of 3 bytes with their blanks are 119 tokens of the text; 50 less 7 around it leave room for ⌊40 · 43 / 119⌋ words.
    @Test func longTextsLoseWholeWords() throws {
        let encoder = try ByteModel.encoder {
            $0.wrapper = .chatML
            $0.maximumTokens = 50
        }
        let text = (0..<40).map { _ in "ab" }.joined(separator: " ")
        let expected = (0..<14).map { _ in "ab" }.joined(separator: " ")
        let found = encoder.encode(text)
        #expect(found == encoder.encode(expected))
        #expect(found.ids.count == 7 + 41)
        #expect(found.pooledCount == 42)
    }

    @Test(arguments: [SentenceEncoding.Wrapper.plain, .chatML], [SentenceEncoding.Pooling.mean, .last])
    func aLongWordIsCut(wrapper: SentenceEncoding.Wrapper, pooling: SentenceEncoding.Pooling) throws {
        let encoder = try ByteModel.encoder(contextLength: 30) {
            $0.wrapper = wrapper
            $0.pooling = pooling
        }
        let found = encoder.encode(String(repeating: "a", count: 2000))
        #expect(found.ids.count == 30)
        #expect(
            found.ids.last == (pooling == .last ? ByteModel.end : wrapper == .plain ? 97 : ByteModel.closing)
        )
        #expect(found.pooledCount == (wrapper == .plain ? 30 : 24))
    }

    @Test func aFramePastTheLimitLeavesOneTokenToPool() throws {
        let encoder = try ByteModel.encoder {
            $0.wrapper = .chatML
            $0.maximumTokens = 20
        }
        let found = encoder.encode("a b c", instruction: String(repeating: "x", count: 90))
        #expect(found.ids.count == 20)
        #expect(found.pooledCount == 1)
        #expect(found.ids.last == ByteModel.closing)
    }

    /// All texts would have one vector. The frame of ChatML is 7 bytes and special tokens.
    @Test func aFrameWithoutRoomForATextIsRefused() throws {
        func made(_ length: Int, _ pooling: SentenceEncoding.Pooling) throws -> SentenceEncoder {
            try ByteModel.encoder(contextLength: 20) {
                $0.wrapper = .chatML
                $0.pooling = pooling
                $0.instruction = String(repeating: "x", count: length)
            }
        }
        #expect(try made(11, .mean).encode("a").ids.count == 20)
        #expect(throws: LanguageModelError.frame(path: "tensors", tokens: 20, limit: 20)) {
            try made(12, .mean)
        }
        // An end that is appended takes a place, too.
        #expect(try made(10, .last).encode("a").ids.count == 20)
        #expect(throws: LanguageModelError.frame(path: "tensors", tokens: 19, limit: 19)) {
            try made(11, .last)
        }
        #expect {
            try made(90, .mean)
        } throws: {
            "\($0)".contains("are 98 tokens for 'tensors', and a text has at most 20")
        }
    }

    @Test func fiveThousandWordsFit() throws {
        let encoder = try ByteModel.encoder { $0.wrapper = .chatML }
        let words = (0..<5000).map { "word\($0)" }
        let found = encoder.encode(words.joined(separator: " "))
        #expect(found.ids.count <= 512)
        #expect(found.ids.count > 350)
        let kept = encoder.tokenizer.decode(Array(found.ids.dropFirst(6).dropLast())).split(separator: " ")
        #expect(kept.elementsEqual(words.prefix(kept.count).map { Substring($0) }))
    }
}
